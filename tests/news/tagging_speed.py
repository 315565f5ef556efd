"""How many stories a second one core tags: for the benchmark command and for a test with ample margin."""

from dataclasses import replace
from time import process_time

from analytics.config import resource
from analytics.news.documents import read_document
from analytics.news.events import tag_document
from analytics.news.universe import Alias, Company, Universe


def stories_per_second(universe: Universe, rounds: int = 20) -> float:
    """Tag the embedded digest `rounds` times, the first time unmeasured, and return stories per second of one core."""
    path = resource("data/sample") / "digest.md"
    document = read_document(path.name, path.read_bytes())
    tag_document(document, universe)
    start = process_time()
    for _ in range(rounds):
        tag_document(document, universe)
    return rounds * len(document.items) / (process_time() - start)


def with_issuers(universe: Universe, count: int) -> Universe:
    """Return the universe with made-up private issuers added until it holds `count`."""
    names = [f"虚构{number}号公司" for number in range(len(universe.companies), count)]
    company = Company(company="", name_zh="", public=False, country="", sector="", source="made up")
    alias = Alias(company="", alias="", language="zh", kind="name", scope="", requires="", example="")
    return replace(
        universe,
        companies=universe.companies + tuple(replace(company, company=name, name_zh=name) for name in names),
        aliases=universe.aliases + tuple(replace(alias, company=name, alias=name) for name in names),
    )
