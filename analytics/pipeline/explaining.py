"""What explains the size of the reaction: the CARs of a study regressed on size and tags."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.errors import RequestError
from analytics.pipeline.panels import GroupBy
from analytics.pipeline.studies import Study, as_table
from analytics.store import query
from analytics.study import cross_section, welch
from analytics.study.panel import Floats

EXPLANATIONS = ("log_cap", "type", "role", "modality")
"""ln of the issuer's market capitalisation in US dollars at the close before session 0, and tags."""
Cluster = Literal["session", "ticker"]


def explained(connection: Any, found: Study, explain: Sequence[str], cluster: Cluster | None) -> pa.Table:
    """Return OLS of the CARs of `found` on the columns that `explain` names. Key: term.

    An event on the security and session of another counts once, as in every test over events; one without a value is
    left out, and n says how many stayed. RequestError where a column is the same for all, or there are too few events.
    """
    for name in explain:
        if name not in EXPLANATIONS:
            raise RequestError(f"Nothing is known of {name!r}.", hint=f"Explain by {', '.join(EXPLANATIONS)}.")
    events = found.by_event.filter(pc.equal(found.by_event["observation"], found.by_event["event_id"]))
    columns = {name: values for kind in explain for name, values in _columns(connection, events, kind)}
    keys = None if cluster is None else events[cluster].to_numpy()
    return as_table(cross_section(events["car"].to_numpy(), columns, cluster=keys))


def difference(found: Study, by: GroupBy, first: str, second: str) -> pa.Table:
    """Return how the mean CARs of two groups of a study differ (`welch`): one row.

    Events of a group on one security and session count once.
    """
    return as_table(welch(_cars(found, by, first), _cars(found, by, second)))


def _cars(found: Study, by: GroupBy, group: str) -> Floats:
    members = found.by_event.filter(pc.equal(found.by_event[by], group)).select(["ticker", "session", "car"])
    once = members.group_by(["ticker", "session"]).aggregate([("car", "min")])  # they share it
    return np.asarray(once["car_min"].to_numpy())


def _columns(connection: Any, events: pa.Table, kind: str) -> Iterator[tuple[str, Floats]]:
    if kind == "log_cap":
        tickers, sessions = events["ticker"].to_pylist(), events["session"].to_pylist()
        caps = query.run(connection, "caps_before", tickers=tickers, sessions=sessions)
        if caps["market_cap_usd"].null_count == len(events):
            raise RequestError(
                "No market capitalisation is known before any of the events.",
                hint="Import share counts (`newswake prices --shares`), or explain by a tag.",
            )
        yield kind, np.log(caps["market_cap_usd"].to_numpy())
        return
    values = events[kind].to_pylist()
    baseline, *others = [value for value, _ in Counter(values).most_common()]
    if not others:
        raise RequestError(
            f"Every event has the {kind} {baseline}: it explains nothing.",
            hint="Select more events, or explain by something else.",
        )
    for value in sorted(others):
        yield f"{kind}: {value}", np.array([float(one == value) for one in values])
