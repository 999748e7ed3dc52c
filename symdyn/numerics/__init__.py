"""From a point to digits: enclosures by Arb, values by mpmath, and the points themselves."""
