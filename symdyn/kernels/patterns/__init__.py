"""Loop shapes around scalar cores."""
