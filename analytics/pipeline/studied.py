"""Events beside prices, stored or of the user's own files, and the ways to study them."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from analytics.pipeline.explaining import Cluster, explained
from analytics.pipeline.panels import GroupBy, Panels
from analytics.pipeline.studies import Study, calendar_time, grid, study
from analytics.records import Selection
from analytics.study import StudySpec


class Studied(AbstractContextManager["Studied"]):
    """Data open for studies; close them."""

    def __init__(self, connection: Any, label: str) -> None:
        self._connection = connection
        self._panels = Panels(connection)
        self.label = label
        """What the data are, in words: the embedded sample, or your data, version 7."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the data; they answer no more."""
        self._connection.close()

    def study(
        self,
        selection: Selection | None = None,
        spec: StudySpec | None = None,
        *,
        by: GroupBy | None = None,
        factors: pa.Table | None = None,
    ) -> Study:
        """Study the selected events under `spec`; `by` repeats the statistics for each group of events.

        `factors` (session, mkt_rf, rf, ... as shares per day) serve the models capm, ff3, carhart and ff5.
        """
        return study(
            self._connection,
            selection or Selection(),
            spec or StudySpec(),
            data_version=self.label,
            panels=self._panels,
            by=by,
            factors=factors,
        )

    def grid(
        self, specs: Iterable[StudySpec], selection: Selection | None = None, *, factors: pa.Table | None = None
    ) -> pa.Table:
        """Return the window statistics of the same events under each specification."""
        return grid(self._connection, selection or Selection(), specs, factors=factors)

    def calendar_time(
        self,
        selection: Selection | None = None,
        spec: StudySpec | None = None,
        *,
        hold: int = 21,
        factors: pa.Table | None = None,
    ) -> pa.Table:
        """Return the daily abnormal return (alpha) of holding each security for `hold` sessions from its events on."""
        return calendar_time(
            self._connection, selection or Selection(), spec or StudySpec(), hold=hold, factors=factors
        )

    def cross_section(
        self,
        selection: Selection | None = None,
        spec: StudySpec | None = None,
        *,
        explain: Sequence[str] = ("log_cap",),
        cluster: Cluster | None = None,
        factors: pa.Table | None = None,
    ) -> pa.Table:
        """Return a regression of the CARs of the whole event window on what is known of the events.

        `explain` names log_cap (ln of the issuer's market capitalisation in US dollars at the close before session 0)
        or tags (type, role, modality: a dummy for each value but the most frequent). OLS with HC3 errors, or errors
        clustered by session or ticker.
        """
        found = self.study(selection, spec, factors=factors)
        return explained(self._connection, found, explain, cluster)
