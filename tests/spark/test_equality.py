"""The study on Spark gives the numbers of the study on one machine."""

from analytics.pipeline.snapshot import Snapshot
from analytics.spark import Spark
from analytics.study import StudySpec
from tests.spark.same import assert_same


def test_the_sample(spark: Spark, sample: Snapshot) -> None:
    assert_same(sample.study_on_spark(spark, by="type"), sample.study(by="type"))


def test_every_part_of_the_panel(spark: Spark, sample: Snapshot) -> None:
    spec = StudySpec(kind="volume", model="mean", date_rule="next", exclude_confounded=True, min_estimation=40)
    assert_same(sample.study_on_spark(spark, spec=spec), sample.study(spec=spec))
