"""What motion keeps: first integrals of one flow, and laws common to all flows of a network.

Reading order: `fractions` (an expression in independent letters), `fields` (vector fields with
polynomial components), `independence` (that the letters are independent), `modular` and
`null_space` (exact linear algebra), `invariants_of_fields`, `first_integrals`, `lie_rank`, `laws`.
"""
