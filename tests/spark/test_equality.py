"""The study on Spark gives the numbers of the study on one machine. A session of Spark and a study take some 8 s."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from analytics.market.files import read_factors
from analytics.pipeline.adding import add_documents
from analytics.pipeline.publish import import_files
from analytics.pipeline.snapshot import Snapshot, open_snapshot
from analytics.records import Selection
from analytics.spark import Spark
from analytics.study import StudySpec
from tests.benchmarks.spark import check, write_folder
from tests.benchmarks.study import BATTERY, Size
from tests.spark.same import assert_same

pytestmark = pytest.mark.xdist_group("spark")  # one Java at a time


@pytest.fixture(scope="module")
def market(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """Yield the events of the whole corpus with two and a half years of real prices."""
    home = tmp_path_factory.mktemp("market")
    import_files(home, [("prices", shared / "market" / "prices.csv"), ("shares", shared / "market" / "shares.csv")])
    add_documents(home, [str(shared / "corpus")])
    with open_snapshot(home) as data:
        yield data


def test_the_sample(spark: Spark, sample: Snapshot) -> None:
    assert_same(sample.study_on_spark(spark, by="type"), sample.study(by="type"))


def test_every_statistic_of_the_benchmark(spark: Spark, tmp_path: Path) -> None:
    write_folder(tmp_path, Size(securities=40, sessions=1000, events=2_000))
    check(tmp_path, spark, BATTERY)


def test_real_prices_and_the_events_of_the_corpus(spark: Spark, market: Snapshot, tmp_path: Path) -> None:
    found = market.study_on_spark(spark, by="type", results=tmp_path)
    assert found.by_event.num_rows > 100
    assert_same(found, market.study(by="type"))


def test_factors_and_other_news(spark: Spark, market: Snapshot, shared: Path) -> None:
    factors = read_factors(shared / "market" / "factors.csv").rows
    spec = StudySpec(model="ff5", exclude_confounded=True, date_rule="next", statistics=("bmp_adj", "corrado"))
    assert_same(market.study_on_spark(spark, spec=spec, factors=factors), market.study(spec=spec, factors=factors))


def test_volume_around_selected_events(spark: Spark, market: Snapshot) -> None:
    chosen = Selection(first_date=date(2023, 9, 1), modalities=("confirmed", "reported"))
    spec = StudySpec(kind="volume", model="mean", statistics=("csect_t", "grank_t"))
    assert_same(market.study_on_spark(spark, chosen, spec), market.study(chosen, spec))
