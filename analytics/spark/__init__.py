"""The study on Apache Spark: the kernel of `analytics.study` on parts of the data; nothing of Spark is read before."""

from analytics.spark.folder import Outcome, study_folder
from analytics.spark.session import Spark

__all__ = ["Outcome", "Spark", "study_folder"]
