"""Arithmetic beyond plain doubles, as source text that emitted modules carry.

pair_source          unevaluated sums of two doubles, some 106 bits
compensated_source   a double and a first-order correction; elementary functions of doubles
far_source           pairs with an exponent of their own
series               the polynomials and constants that these name
definitions          which functions there are, and the text that some of them need
constants            exact numbers as doubles, sums of doubles, fractions and balls
"""
