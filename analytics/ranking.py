"""The ranking of issuers by market capitalisation on a day, and the overtakes between them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from analytics.errors import RequestError
from analytics.store import query


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """Issuers by market capitalisation at the close of one day."""

    asked: date | None
    """Day that was asked for; None asks for the last one."""
    day: date
    """Ranking day: the last one that is not after `asked`."""
    rows: pa.Table
    """One row per issuer: rank, company, ticker, close, shares, market_cap_usd (USD), as_of, stale, shares_stale..."""
    left_out: pa.Table
    """Issuers with a priced or counted line that have no market cap that day: company, ticker, reason."""

    @property
    def coverage(self) -> str:
        """Say how many issuers are ranked, and how fresh their closes and share counts are."""
        ranked, known = self.rows.num_rows, self.rows.num_rows + self.left_out.num_rows
        stale, old = (sum(self.rows[mark].to_pylist()) for mark in ("stale", "shares_stale"))
        words = f"{ranked} of {known} issuers ranked, as of {self.day}"
        words += f"; {stale} with a close of an earlier session" if stale else ""
        return f"{words}; {old} with a share count over half a year old" if old else words


def rank(connection: Any, day: date | None = None) -> Ranking:
    """Rank the issuers at the close of `day`; on a closed day at the close of the session before.

    Raises RequestError where no price or share count is known on or before the day.
    """
    found = query.run(connection, "ranking_day", day=day).to_pylist()[0]
    if found["day"] is None:
        first = query.run(connection, "ranking_day", day=None).to_pylist()[0]["first_day"]
        hint = f"The first ranking day is {first}." if first else "Import prices and share counts first."
        raise RequestError(f"No market capitalisation is known on or before {day}.", hint=hint)
    rows = query.run(connection, "ranking", day=found["day"])
    left_out = query.run(connection, "ranking_left_out", day=found["day"], ranked=rows["company"].to_pylist())
    return Ranking(asked=day, day=found["day"], rows=rows, left_out=left_out)


def overtakes(
    connection: Any, *, persist: int = 1, first_date: date | None = None, last_date: date | None = None
) -> pa.Table:
    """Return the overtakes whose order stayed changed for `persist` ranking days, one row per pair and day."""
    if persist < 1:
        raise RequestError(
            f"An overtake lasts at least one session; {persist} was asked for.", hint="Ask for 1 or more."
        )
    return query.run(connection, "overtakes", persist=persist, first_date=first_date, last_date=last_date)
