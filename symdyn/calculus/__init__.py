"""From expression to expression: pure SymPy that knows nothing of claims."""
