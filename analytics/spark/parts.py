"""How the events of a study are shared out: parts of bounded size, whatever the news is about."""

import numpy as np
import pyarrow as pa

MOST_EVENTS = 10_000
"""Events of a part; those of a security with more are spread over several, each with its rows beside them."""
MOST_SECURITIES = 200
"""Securities of a part: a million rows of twenty years."""


def parts(counts: pa.Table, *, most_events: int = MOST_EVENTS) -> pa.Table:
    """Return ticker, piece, pieces and part for `counts` (ticker, events): piece p of a security goes to one part.

    Pieces of one security hold about the same number of events. Key: ticker, piece.
    """
    counts = counts.sort_by("ticker")
    events = counts["events"].to_numpy()
    pieces = -(-events // most_events)
    weight = np.repeat(np.maximum(events / pieces / most_events, 1 / MOST_SECURITIES), pieces)
    piece = np.arange(len(weight)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    return pa.table(
        {
            "ticker": counts["ticker"].take(pa.array(np.repeat(np.arange(len(events)), pieces))),
            "piece": piece,
            "pieces": np.repeat(pieces, pieces),
            "part": np.floor(np.cumsum(weight) - weight / 2).astype(np.int64),
        }
    )
