"""Commands that study events and write reports."""

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import typer

from analytics.cli import options
from analytics.cli.output import Format, print_table, say, send, show
from analytics.errors import RequestError
from analytics.market.files import read_factors
from analytics.pipeline.distributed import study_parquet
from analytics.pipeline.own_files import study_files
from analytics.pipeline.panels import GroupBy
from analytics.pipeline.studies import Study
from analytics.records import Selection
from analytics.report.bundle import write_report
from analytics.report.numbers import probability
from analytics.spark import Spark
from analytics.study import StudySpec
from analytics.study.spec import DateRule


class Engine(StrEnum):
    """What can estimate a study."""

    LOCAL = "local"
    SPARK = "spark"


class TableName(StrEnum):
    """The tables of a study."""

    BY_EVENT = "by_event"
    BY_DAY = "by_day"
    BY_WINDOW = "by_window"
    STATISTICS = "statistics"
    CONFOUNDING = "confounding"
    EXCLUDED = "excluded"


class Model(StrEnum):
    """Models of the expected return."""

    MARKET = "market"
    MEAN = "mean"
    MARKET_ADJUSTED = "market_adjusted"
    SCHOLES_WILLIAMS = "scholes_williams"
    DIMSON = "dimson"
    CAPM = "capm"
    FF3 = "ff3"
    CARHART = "carhart"
    FF5 = "ff5"


class Kind(StrEnum):
    """What can be abnormal."""

    RETURNS = "returns"
    BHAR = "bhar"
    VOLUME = "volume"


class Compat(StrEnum):
    """Programs whose conventions can be taken."""

    ESTUDY2 = "estudy2"
    LEMAIRE = "lemaire"


class By(StrEnum):
    """What events can be grouped by."""

    TYPE = "type"
    COMPANY = "company"
    ROLE = "role"
    MODALITY = "modality"


class Returns(StrEnum):
    """Forms of return."""

    SIMPLE = "simple"
    LOG = "log"


EventsFile = Annotated[
    Path | None,
    typer.Option("--events", help="Your own events: CSV with event_id, ticker, date and perhaps time, zone, tag."),
]
PricesFile = Annotated[
    Path | None,
    typer.Option("--prices", help="Your own prices: CSV or Parquet with ticker, date, close and perhaps high, volume."),
]


_SHOWN = 20
"""Pairs left out that people are shown; the rest is counted by reason."""


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the program."""
    app.command()(study)
    app.command()(report)


def study(
    events_file: EventsFile = None,
    prices_file: PricesFile = None,
    benchmark: Annotated[
        str | None, typer.Option("--benchmark", help="Ticker; else the index of each exchange.")
    ] = None,
    window: Annotated[str, typer.Option("--window", help="Event window, first and last session.")] = "-10,10",
    estimation: Annotated[str, typer.Option("--estimation", help="Estimation window.")] = "-130,-11",
    min_estimation: Annotated[int, typer.Option("--min-estimation", help="Fewest complete pairs in it.")] = 60,
    model: Annotated[Model, typer.Option("--model", help="How the expected return is estimated.")] = Model.MARKET,
    returns: Annotated[Returns, typer.Option("--returns")] = Returns.SIMPLE,
    date_rule: Annotated[DateRule, typer.Option("--date-rule", help="Session taken as 0.")] = "same",
    windows: Annotated[
        list[str] | None, typer.Option("--test-window", help="Window to test beside the whole; may be repeated.")
    ] = None,
    kind: Annotated[Kind, typer.Option("--kind", help="Summed or buy-and-hold returns, or volume.")] = Kind.RETURNS,
    factors: Annotated[
        Path | None, typer.Option("--factors", help="Daily factors for capm, ff3, carhart, ff5 (Ken French's form).")
    ] = None,
    exclude_confounded: Annotated[
        bool, typer.Option("--exclude-confounded", help="Leave sessions around other news out of the estimation.")
    ] = False,
    statistics: Annotated[
        list[str] | None, typer.Option("--statistic", help="Convention id, such as placebo; may be repeated.")
    ] = None,
    by: Annotated[By | None, typer.Option("--by", help="Repeat the statistics for each group.")] = None,
    compat: Annotated[Compat | None, typer.Option("--compat", help="Another program's conventions.")] = None,
    event_ids: options.Events = None,
    tickers: options.Tickers = None,
    companies: options.Companies = None,
    types: options.Types = None,
    roles: options.Roles = None,
    modalities: options.Modalities = None,
    first: options.FirstDay = None,
    last: options.LastDay = None,
    engine: Annotated[Engine, typer.Option("--engine", help="This process, or Apache Spark.")] = Engine.LOCAL,
    master: Annotated[str | None, typer.Option("--master", help="Spark's master, such as local[2].")] = None,
    remote: Annotated[str | None, typer.Option("--remote", help="Spark Connect server, sc://host:port.")] = None,
    parquet: Annotated[
        str | None, typer.Option("--parquet", metavar="DIR", help="For Spark: what `newswake export` wrote.")
    ] = None,
    results: Annotated[
        Path | None, typer.Option("--results", metavar="DIR", help="For Spark: folder for every table as Parquet.")
    ] = None,
    table: Annotated[TableName | None, typer.Option("--table", help="One table; by_event for csv.")] = None,
    home: options.Home = None,
    sample: options.Sample = False,
    form: options.Format = Format.TABLE,
) -> None:
    """Study the returns around the stored events, or around your own events with your own prices."""
    spec = StudySpec(
        model=model.value,
        window=options.window(window),
        estimation=options.window(estimation),
        min_estimation=min_estimation,
        returns=returns.value,
        date_rule=date_rule,
        benchmark=benchmark,
        windows=tuple(options.window(text) for text in windows) if windows else None,
        kind=kind.value,
        exclude_confounded=exclude_confounded,
        statistics=tuple(statistics) if statistics else None,
        compat=compat.value if compat else None,
    )
    chosen = options.selection(
        events=event_ids,
        tickers=tickers,
        companies=companies,
        types=types,
        roles=roles,
        modalities=modalities,
        first=first,
        last=last,
    )
    read = read_factors(factors).rows if factors else None
    if (events_file is None) != (prices_file is None):
        raise RequestError("Your own files come as a pair.", hint="Give both --events and --prices.")
    elsewhere = {"--master": master, "--remote": remote, "--parquet": parquet, "--results": results}
    _check_engine(engine, elsewhere, own_files=events_file is not None, stored=chosen != Selection() or sample or home)
    group: GroupBy | None = by.value if by else None
    if parquet:
        spark = Spark(master=master, remote=remote)
        found = study_parquet(parquet, spec, spark=spark, by=group, factors=read, results=results)
    elif engine is Engine.SPARK:
        with options.snapshot(home, sample=sample) as data:
            found = data.study_on_spark(Spark(master=master), chosen, spec, by=group, factors=read, results=results)
    elif events_file and prices_file:
        found = study_files(events_file, prices_file, chosen, spec, by=group, factors=read)
    else:
        with options.snapshot(home, sample=sample) as data:
            found = data.study(chosen, spec, by=group, factors=read)
    _print(found, form, table)


def _check_engine(engine: Engine, elsewhere: dict[str, Any], *, own_files: bool, stored: Any) -> None:
    """Raise RequestError where options of one engine, or of two sources of events, come together."""
    given = [name for name, value in elsewhere.items() if value]
    if engine is Engine.LOCAL and given:
        raise RequestError(f"{given[0]} is for Apache Spark.", hint="Add --engine spark, or leave it out.")
    if engine is Engine.SPARK and own_files:
        raise RequestError("Spark studies stored events or a folder.", hint="Leave --engine out for your own files.")
    if "--remote" in given and "--parquet" not in given:
        raise RequestError(
            "A remote Spark cannot read the data of this machine.",
            hint="Write them with `newswake export --parquet DIR` where it can, and name that folder with --parquet.",
        )
    if "--parquet" in given and stored:
        raise RequestError(
            "The events of a folder were selected when it was exported.",
            hint="Give --home, --sample and the selection to `newswake export`.",
        )


def _print(found: Study, form: Format, table: TableName | None) -> None:
    match form, table:
        case Format.JSON, None:
            send({**found.tables(), "manifest": found.manifest})
        case Format.TABLE, None:
            _print_for_people(found)
        case _:
            name = table or TableName.BY_EVENT
            show(found.tables()[name.value], form, title=name.value)


def _print_for_people(found: Study) -> None:
    spec = found.spec
    columns = ["event_id", "ticker", "session", "m", "beta", "sigma", "car", "t_car", "p_car"]
    first, last = spec.window
    title = f"Cumulative abnormal return of sessions {first}..{last}, model {spec.model}, estimation {spec.estimation}"
    print_table(found.by_event.select([name for name in columns if name in found.by_event.column_names]), title=title)
    for group, lines in _tests_by_window(found.statistics).items():
        whose = "the events" if group == "all" else group
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


def report(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write to; made if absent.")],
    home: options.Home = None,
    sample: options.Sample = False,
) -> None:
    """Write the events, claims, ranking, overtakes and the default study as CSV files with a manifest."""
    with options.snapshot(home, sample=sample) as data:
        for path in write_report(data, out):
            say([str(path)])
