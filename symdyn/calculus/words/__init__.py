"""Matrix words: non-commutative polynomials in named matrices and their transposes."""
