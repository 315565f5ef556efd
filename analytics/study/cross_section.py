"""What explains the size of the reaction: abnormal returns of events regressed on what is known of them."""

from collections.abc import Mapping

import numpy as np

from analytics.errors import RequestError
from analytics.study.panel import Column, Floats, Table
from analytics.study.regression import clustered, hc3


def cross_section(car: Floats, columns: Mapping[str, Floats], *, cluster: Column | None = None) -> Table:
    """Return OLS of CAR (n,) on a constant and named columns (n,), HC3 errors or clustered ones.

    A row with a missing value is left out; `n` says how many stayed. Key: term. RequestError where columns depend on
    each other, outnumber the events or differ in length.
    """
    for name, column in columns.items():
        if len(column) != len(car):
            raise RequestError(f"The column {name} has {len(column)} values, the events are {len(car)}.")
    design = np.column_stack([np.ones(len(car)), *columns.values()])
    whole = np.isfinite(car) & np.isfinite(design).all(axis=1)
    x, y = design[whole], car[whole]
    found = hc3(x, y) if cluster is None else clustered(x, y, cluster[whole])
    terms = len(columns) + 1
    return {
        "term": np.array(["constant", *columns], dtype=object),
        "coefficient": found.coefficients,
        "std_error": found.se,
        "t": found.t,
        "df": np.full(terms, found.df),
        "p": found.p,
        "n": np.full(terms, len(y)),
        "r2": np.full(terms, found.r2),
        "convention": np.full(terms, "ols_hc3" if cluster is None else "ols_cluster", dtype=object),
    }
