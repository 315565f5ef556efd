"""A study on the terminal: its estimates, the tests by window, which to trust, and what was left out."""

from collections import Counter
from typing import Any

import pyarrow as pa

from analytics.cli.output import print_table, say
from analytics.pipeline.studies import Study
from analytics.report.numbers import probability
from analytics.study.reading import LEVEL, POWER

_SHOWN = 20
"""Pairs left out that people are shown; the rest is counted by reason."""


def print_study(found: Study) -> None:
    """Print a study for people."""
    spec = found.spec
    columns = ["event_id", "ticker", "session", "m", "beta", "sigma", "car", "t_car", "p_car"]
    first, last = spec.window
    title = f"Cumulative abnormal return of sessions {first}..{last}, model {spec.model}, estimation {spec.estimation}"
    print_table(found.by_event.select([name for name in columns if name in found.by_event.column_names]), title=title)
    for group, lines in _tests_by_window(found.statistics).items():
        whose = "the events" if group == "all" else group
        title = (
            f"\nMean over {whose} ({LEVEL:.0%} interval; smallest effect found in {POWER:.0%} of studies), by window"
        )
        print_table(_means(found, group), title=title)
        told = [line for line in lines if "" in line.pop("reasons")]
        print_table(pa.Table.from_pylist(told), title=f"\nTests over {whose}: value (two-sided p), by window")
        say(_not_computed(found.statistics, group))
    left_out = found.excluded.slice(0, _SHOWN)
    if found.excluded.num_rows:
        print_table(left_out, title="\nLeft out")
    if found.excluded.num_rows > _SHOWN:
        reasons = Counter(found.excluded["reason"].to_pylist()).most_common()
        counted = ", ".join(f"{count} {reason}" for reason, count in reasons)
        say([f"... and {found.excluded.num_rows - _SHOWN} more (--table excluded lists them). By reason: {counted}."])
    pairs = found.manifest["pairs"]
    counted = (
        f"{pairs['selected']} pairs of event and company: {pairs['studied']} studied, {pairs['excluded']} left out."
    )
    refused = f" {pairs['refused_rows']} rows of the files were refused." if pairs.get("refused_rows") else ""
    say([f"\n{counted}{refused}"])


def _means(found: Study, group: str) -> pa.Table:
    """Return the mean of each tested window with its interval, and the tests to trust first."""
    trusted = {
        (row["from_offset"], row["to_offset"]): row["recommended"]
        for row in found.diagnosis.to_pylist()
        if row["group"] == group
    }
    return pa.Table.from_pylist(
        [
            {
                "window": f"{row['from_offset']}..{row['to_offset']}",
                "n": row["n"],
                **{name: row[name] for name in ("mean", "lower", "upper", "median", "smallest_effect")},
                "trust first": trusted[row["from_offset"], row["to_offset"]],
            }
            for row in found.summary.to_pylist()
            if row["group"] == group and row["scope"] == "window"
        ]
    )


def _tests_by_window(statistics: pa.Table) -> dict[str, list[dict[str, Any]]]:
    """Return the lines of each group: a line a statistic, a column a window, and the reasons of its windows."""
    groups: dict[str, dict[str, dict[str, Any]]] = {}
    for row in statistics.to_pylist():
        if row["scope"] == "window":
            window = f"{row['from_offset']}..{row['to_offset']}"
            told = row["reason"] or f"{row['value']:.2f} ({probability(row['p'])})"
            lines = groups.setdefault(row["group"], {})
            line = lines.setdefault(row["statistic"], {"statistic": row["statistic"], "reasons": set()})
            line["reasons"].add(row["reason"] or "")
            line |= {"n": str(row["n"]), window: told}
    return {group: list(lines.values()) for group, lines in groups.items()}


def _not_computed(statistics: pa.Table, group: str) -> list[str]:
    """Return one sentence a reason with the statistics that no window has."""
    reasons: dict[str, list[str]] = {}
    for line in _tests_by_window(statistics)[group]:
        if "" not in line["reasons"]:
            reasons.setdefault(" or ".join(sorted(line["reasons"])), []).append(line["statistic"])
    return [f"Not computed, {reason}: {', '.join(names)}." for reason, names in reasons.items()]
