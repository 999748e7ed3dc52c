"""Generated polynomials and tables for functions of one variable.

    rows       polynomials on parts of a cell, of high precision, and their estimated error
    search     the cheapest degree, number of rows and number of leading coefficients in pairs
    writing    the program of a choice

Coefficients come from the function itself on Arb balls; nothing is typed in.
"""
