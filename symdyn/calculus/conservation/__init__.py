"""What motion keeps: first integrals of one flow, and laws common to all flows of a network.

Reading order: `letters` (an expression as a fraction of polynomials), `fields` and `velocities`
(polynomial vector fields), `independence` and `sign_patterns` (that functions obey no equation),
`modular`, `null_space`, `simple_vectors` and `short_combinations` (exact linear algebra),
`invariants_of_fields`, `first_integrals`, `lie_rank`, `laws`.
"""
