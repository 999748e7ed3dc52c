"""How equalities of matrix words are judged: explicit small matrices, and normal forms."""
