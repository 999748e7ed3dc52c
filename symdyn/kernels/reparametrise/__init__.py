"""From a function of one real variable to variables in which it is smooth and not small.

    reflections    f(x) + s f(-x) = polynomial, s = 1 or -1, proved
    exponents      f = d^p * (C + ...) at a distance d from a point, on balls
    cells          an interval cut so that each part has one such point, and its best variable

Nothing here knows of coefficients; the parts are approximated by `approximate`.
"""
