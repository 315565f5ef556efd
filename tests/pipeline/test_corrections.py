"""What the user says wins over the rules: corrections, companies of one's own, the same story told twice."""

from pathlib import Path

import pytest

from analytics.errors import InputError, NothingFound, RequestError
from analytics.pipeline.adding import add_documents
from analytics.pipeline.corrections import correct, tags_of
from analytics.pipeline.publish import remove_document
from analytics.pipeline.snapshot import open_snapshot

DIGEST = """---
title: A day
date: {issue}
---

# A day

## {headline}

{day}消息，{headline}。（来源：测试社）
"""


def add(home: Path, name: str, headline: str, *, issue: str = "2024-11-06", day: str = "11 月 4 日") -> str:
    path = home.parent / name
    path.write_text(DIGEST.format(issue=issue, headline=headline, day=day), encoding="utf-8")
    add_documents(home, [str(path)])
    with open_snapshot(home) as data:
        return next(str(row["event_id"]) for row in data.events().to_pylist() if row["document"] == name)


def event(home: Path, event_id: str) -> dict[str, object]:
    with open_snapshot(home) as data:
        return next(dict(row) for row in data.events().to_pylist() if row["event_id"] == event_id)


def test_a_correction_survives_the_document_being_read_again(home: Path) -> None:
    event_id = add(home, "day.md", "英伟达发布新一代芯片")
    correct(home, event_id, {"types": "deal_mna;partnership", "event_date": "2024-11-05"})
    assert event(home, event_id)["types"] == ["deal_mna", "partnership"]
    remove_document(home, "day.md")
    assert add(home, "day.md", "英伟达发布新一代芯片") == event_id
    again = event(home, event_id)
    assert (again["types"], str(again["event_date"])) == (["deal_mna", "partnership"], "2024-11-05")


def test_a_corrected_document_is_no_newer_for_it(home: Path) -> None:
    event_id = add(home, "day.md", "英伟达发布新一代芯片")
    with open_snapshot(home) as data:
        before = data.documents()["added_at"]
    correct(home, event_id, {"types": "legal"})
    with open_snapshot(home) as data:
        assert data.documents()["added_at"] == before


def test_the_same_bytes_keep_the_name_they_are_given_by(home: Path) -> None:
    add(home, "day.md", "英伟达发布新一代芯片")
    copy = home.parent / "copy.md"
    copy.write_bytes((home.parent / "day.md").read_bytes())
    (again,) = add_documents(home, [str(copy)])
    assert (again.document, again.outcome, again.reasons) == ("copy.md", "unchanged", ("Same as day.md.",))
    (known,) = add_documents(home, [str(home.parent / "day.md")])
    assert (known.document, known.reasons) == ("day.md", ())


def test_tags_show_the_rules_beside_the_correction_and_undo_goes_back(home: Path) -> None:
    event_id = add(home, "day.md", "英伟达发布新一代芯片")
    rules = event(home, event_id)["types"]
    correct(home, event_id, {"types": "legal"})
    with open_snapshot(home) as data:
        shown = {field.field: field for field in tags_of(data, event_id)}
    assert shown["types"].by_rules == ";".join(rules)  # type: ignore[arg-type]  # a list of words
    assert shown["types"].corrected == "legal"
    assert "英伟达" in shown["tickers"].because
    correct(home, event_id, {"types": None})
    assert event(home, event_id)["types"] == rules


def test_a_correction_that_is_not_allowed_changes_nothing(home: Path) -> None:
    event_id = add(home, "day.md", "英伟达发布新一代芯片")
    before = event(home, event_id)
    with pytest.raises(RequestError, match="is not a date"):
        correct(home, event_id, {"types": "legal", "event_date": "soon"})
    with pytest.raises(NothingFound):
        correct(home, "000000000000", {"types": "legal"})
    assert event(home, event_id) == before


def test_the_same_story_in_two_documents_is_studied_once(home: Path) -> None:
    first = add(home, "one.md", "英伟达宣布收购以色列初创公司德西")
    again = add(home, "two.md", "英伟达宣布收购以色列初创公司德西！", issue="2024-11-07", day="11 月 5 日")
    assert event(home, again)["story_id"] == first
    with open_snapshot(home) as data:
        study = data.study()
    assert study.by_event.filter([t == "NVDA" for t in study.by_event["ticker"].to_pylist()])[
        "event_id"
    ].to_pylist() == [first]
    reasons = {row["event_id"]: row["reason"] for row in study.excluded.to_pylist() if row["ticker"] == "NVDA"}
    assert reasons == {again: "same_story"}


def test_companies_of_ones_own_are_tagged(home: Path) -> None:
    own = home / "universe"
    own.mkdir()
    (own / "companies.csv").write_text(
        "company,name_zh,public,country,sector,source\nZhongwan Robots,钟湾机器人,true,HK,,my own table\n",
        encoding="utf-8",
    )
    (own / "securities.csv").write_text(
        "ticker,company,exchange,currency,is_primary,ordinary_per_unit,share_class,valid_from,valid_to\n"
        "9876.HK,Zhongwan Robots,XHKG,HKD,true,1,,,\n",
        encoding="utf-8",
    )
    (own / "aliases.csv").write_text(
        "company,alias,language,kind,scope,requires,example\nZhongwan Robots,钟湾机器人,zh,name,,,钟湾机器人发布新品\n",
        encoding="utf-8",
    )
    event_id = add(home, "day.md", "钟湾机器人发布新一代机械臂")
    assert event(home, event_id)["tickers"] == ["9876.HK"]
    with open_snapshot(home) as data:
        assert data.sql("select company from securities where ticker = '9876.HK'").table.num_rows == 1


def test_a_fault_in_ones_own_companies_is_named_with_its_line(home: Path, tmp_path: Path) -> None:
    own = home / "universe"
    own.mkdir()
    (own / "securities.csv").write_text(
        "ticker,company,exchange,currency,is_primary,ordinary_per_unit,share_class,valid_from,valid_to\n"
        "9876.HK,Nobody,XHKG,HKD,true,many,,,\n",
        encoding="utf-8",
    )
    digest = tmp_path / "day.md"
    digest.write_text(DIGEST.format(issue="2024-11-06", headline="英伟达发布芯片", day="11 月 4 日"), encoding="utf-8")
    with pytest.raises(InputError, match=r"securities\.csv, line 2"):
        add_documents(home, [str(digest)])
