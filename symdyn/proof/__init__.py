"""From a statement to evidence: derivations are recorded, and every claim is judged."""
