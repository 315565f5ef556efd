"""Ordinary least squares with the covariance that a question asks for: HC3, clusters, Newey-West."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from analytics.errors import RequestError
from analytics.study.panel import Column, Floats


@dataclass(frozen=True, kw_only=True)
class Regression:
    """Coefficients of K columns and their covariance."""

    coefficients: Floats
    """(K,)"""
    covariance: Floats
    """(K, K)"""
    df: int
    """Of the t of a coefficient."""
    r2: float

    @property
    def se(self) -> Floats:
        """(K,) standard errors."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    @property
    def t(self) -> Floats:
        """(K,) coefficients over their errors."""
        return np.asarray(self.coefficients / self.se)

    @property
    def p(self) -> Floats:
        """(K,) two-sided."""
        return np.asarray(2 * special.stdtr(self.df, -np.abs(self.t)))


def hc3(x: Floats, y: Floats) -> Regression:
    """Return OLS of y (n,) on x (n, K) with errors over 1 - leverage, t with n-K (MacKinnon and White 1985)."""
    inverse, coefficients, error = _least_squares(x, y)
    leverage = np.einsum("nk,kj,nj->n", x, inverse, x)
    scores = x * (error / (1 - leverage))[:, None]
    return _regression(y, error, coefficients, inverse @ (scores.T @ scores) @ inverse, len(y) - x.shape[1])


def clustered(x: Floats, y: Floats, cluster: Column) -> Regression:
    """Return OLS with CR1 errors by cluster, t with G-1 (Cameron and Miller 2015)."""
    inverse, coefficients, error = _least_squares(x, y)
    names, code = np.unique(cluster, return_inverse=True)
    groups, (n, k) = len(names), x.shape
    if groups <= 1:
        raise RequestError("The regression has a single cluster.", hint="Cluster by something that differs.")
    scores = np.stack([np.bincount(code, weights=column * error, minlength=groups) for column in x.T], axis=1)
    factor = groups / (groups - 1) * (n - 1) / (n - k)
    return _regression(y, error, coefficients, factor * inverse @ (scores.T @ scores) @ inverse, groups - 1)


def newey_west(x: Floats, y: Floats, *, lag: int) -> Regression:
    """Return OLS of a series with Bartlett-weighted errors to a lag, t with n-K (Newey and West 1987)."""
    inverse, coefficients, error = _least_squares(x, y)
    scores = x * error[:, None]
    middle = scores.T @ scores
    for step in range(1, min(lag, len(y) - 1) + 1):
        cross = scores[step:].T @ scores[:-step]
        middle += (1 - step / (lag + 1)) * (cross + cross.T)
    return _regression(y, error, coefficients, inverse @ middle @ inverse, len(y) - x.shape[1])


def _least_squares(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """Return (X'X)^-1, coefficients and errors; RequestError where columns are dependent or outnumber the rows."""
    n, k = x.shape
    q, r = np.linalg.qr(x)
    if n <= k or np.abs(np.diag(r)).min() <= 1e-12 * np.abs(np.diag(r)).max():
        raise RequestError(
            f"A regression of {n} rows on {k} columns has no single answer.",
            hint="Leave out columns that follow from the others, or take more events.",
        )
    root = np.linalg.inv(r)
    coefficients = root @ (q.T @ y)
    return root @ root.T, coefficients, y - x @ coefficients


def _regression(y: Floats, error: Floats, coefficients: Floats, covariance: Floats, df: int) -> Regression:
    total = float(((y - y.mean()) ** 2).sum())
    r2 = 1 - float(error @ error) / total if total > 0 else np.nan
    return Regression(coefficients=coefficients, covariance=covariance, df=df, r2=r2)
