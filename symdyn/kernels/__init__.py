"""From an expression to a routine with a certificate."""
