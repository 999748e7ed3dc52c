"""What a program is printed as, or evaluated by."""
