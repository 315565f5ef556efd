"""Commands that study events and write reports."""

from pathlib import Path
from typing import Annotated, Any

import typer

from analytics.cli import options
from analytics.cli.output import Format, say, send, show
from analytics.cli.study_options import (
    By,
    ChosenTable,
    Clustered,
    Compat,
    Engine,
    EventsFile,
    Explained,
    Hold,
    Kind,
    Model,
    PricesFile,
    Returns,
    TableName,
)
from analytics.cli.study_output import print_study
from analytics.errors import RequestError
from analytics.market.files import read_factors
from analytics.pipeline.distributed import study_parquet
from analytics.pipeline.own_files import OwnFiles
from analytics.pipeline.panels import GroupBy
from analytics.pipeline.studied import Studied
from analytics.pipeline.studies import Study
from analytics.records import Selection
from analytics.report.bundle import write_report
from analytics.spark import Spark
from analytics.study import StudySpec, specifications
from analytics.study.spec import DateRule

_COMPUTED = (TableName.GRID, TableName.CALENDAR_TIME, TableName.CROSS_SECTION)
_GRID = (
    "date_rule",
    "model",
    "estimation",
    "from_offset",
    "to_offset",
    "n",
    "mean",
    "lower",
    "upper",
    "statistic",
    "value",
    "p",
)
"""Columns of the grid that people see."""


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
    sources: options.Sources = None,
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
    table: ChosenTable = None,
    hold: Hold = 21,
    explain: Explained = None,
    cluster: Clustered = None,
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
        sources=sources,
        first=first,
        last=last,
    )
    read = read_factors(factors).rows if factors else None
    if (events_file is None) != (prices_file is None):
        raise RequestError("Your own files come as a pair.", hint="Give both --events and --prices.")
    elsewhere = {"--master": master, "--remote": remote, "--parquet": parquet, "--results": results}
    _check_engine(engine, elsewhere, own_files=events_file is not None, stored=chosen != Selection() or sample or home)
    group: GroupBy | None = by.value if by else None
    if engine is Engine.SPARK:
        _check_table(table)
        spark = Spark(master=master, remote=remote)
        if parquet:
            found = study_parquet(parquet, spec, spark=spark, by=group, factors=read, results=results)
        else:
            with options.snapshot(home, sample=sample) as stored:
                found = stored.study_on_spark(spark, chosen, spec, by=group, factors=read, results=results)
        _print(found, form, table)
        return
    with _opened(events_file, prices_file, home, sample=sample) as data:
        match table:
            case TableName.GRID:
                rows = data.grid(specifications(spec), chosen, factors=read)
            case TableName.CALENDAR_TIME:
                rows = data.calendar_time(chosen, spec, hold=hold, factors=read)
            case TableName.CROSS_SECTION:
                rows = data.cross_section(chosen, spec, explain=explain or ["log_cap"], cluster=cluster, factors=read)
            case _:
                _print(data.study(chosen, spec, by=group, factors=read), form, table)
                return
    show(rows, form, title=table.value, columns=_GRID if table is TableName.GRID else ())


def _opened(events: Path | None, prices: Path | None, home: Path | None, *, sample: bool) -> Studied:
    """Open the user's own files, or what is stored."""
    return OwnFiles(events, prices) if events and prices else options.snapshot(home, sample=sample)


def _check_table(table: TableName | None) -> None:
    if table in _COMPUTED:
        raise RequestError(f"The table {table.value} is computed in one process.", hint="Leave --engine spark out.")


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
            print_study(found)
        case _:
            name = table or TableName.BY_EVENT
            show(found.tables()[name.value], form, title=name.value)


def report(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder to write to; made if absent.")],
    home: options.Home = None,
    sample: options.Sample = False,
) -> None:
    """Write the events, claims, ranking, overtakes and the default study as CSV files with a manifest."""
    with options.snapshot(home, sample=sample) as data:
        for path in write_report(data, out):
            say([str(path)])
