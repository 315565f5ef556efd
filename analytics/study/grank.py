"""Generalised ranks: the whole window as one extra day among the estimation days (Kolari and Pynnonen 2011)."""

from dataclasses import dataclass

import numpy as np

from analytics.study.panel import Floats, Integers
from analytics.study.residuals import GroupResiduals, by_chunk
from analytics.study.threads import on_every_core


@dataclass(frozen=True, kw_only=True)
class Generalised:
    """Generalised ranks of the windows of a sample."""

    ratio: Floats
    """(T,) Z, the mean rank of the window over S."""
    z: Floats
    """(T,) the sum of the ranks of the window over its deviation for independent observations."""
    n: Integers
    """(T,) observations."""
    days: Integers
    """(T,) ranked days, the window included."""


def generalised(standardised: Floats, sigma: Floats, scale: Floats, kept: GroupResiduals) -> Generalised:
    """Rank SCAR (n, T) times a scale (T,) among the residuals over sigma of each observation.

    The ranks of residuals among each other are known: one that lies above the window moves up by one, so that a single
    comparison a window is left. The window is brought to the residuals' scale, not every residual to sigma's.
    """
    chosen = np.isfinite(standardised)
    n = np.count_nonzero(chosen, axis=0)
    threshold = np.where(chosen, standardised, 0.0) * scale * sigma[:, None]
    own, sizes = np.empty(chosen.shape), np.empty((len(chosen), 1))

    def by_day(chunk: tuple[slice, Integers]) -> tuple[Floats, Floats]:
        """Return (T, M) sums of U - 1/2 and counts by estimation day of some observations."""
        part, rows = chunk
        residuals, ranked = kept.study.values[rows], kept.study.own[rows].astype(np.float64)
        present = np.isfinite(residuals)
        size = np.count_nonzero(present, axis=1) + 1
        weight = chosen[part] / (size + 1)[:, None]
        ranked[~present] = 0.0
        sums = weight.T @ ranked - (chosen[part].T / 2) @ present
        for t in range(len(scale)):
            above, equal = residuals > threshold[part, t, None], residuals == threshold[part, t, None]
            own[part, t] = size - np.count_nonzero(above, axis=1) - np.count_nonzero(equal, axis=1) / 2
            sums[t] += weight[:, t] @ above + (weight[:, t] / 2) @ equal
        sizes[part, 0] = size
        return sums, chosen[part].T.astype(np.float64) @ present

    parts = list(on_every_core(by_day, by_chunk(kept.members)))
    sums, counts = np.sum([s for s, _ in parts], axis=0), np.sum([c for _, c in parts], axis=0)
    u = np.where(chosen, own / (sizes + 1) - 0.5, 0.0)
    information = np.where(chosen, (sizes - 1) / (sizes + 1), 0.0).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):  # a day or a window without observations
        mean = u.sum(axis=0) / n
        every = np.count_nonzero(counts, axis=1) + 1
        square = np.nansum(sums**2 / counts, axis=1) / n + mean**2
        ratio, z = mean / np.sqrt(square / every), np.sqrt(12) * u.sum(axis=0) / np.sqrt(information)
    known = np.where(np.isfinite(scale), 1.0, np.nan)
    return Generalised(ratio=known * ratio, z=known * z, n=n, days=every)
