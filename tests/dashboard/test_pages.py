"""Each page without a browser: on the sample, on data without a story, and with a wrong address."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics.pipeline.adding import add_documents
from analytics.pipeline.publish import import_files, remove_document
from analytics.pipeline.snapshot import open_snapshot
from dashboard import desk
from dashboard.show import plain

APP = str(Path(__file__).parents[2] / "dashboard" / "app.py")
PAGES = ("today", "event", "study", "market_cap", "sql_console", "data", "method")
STORY = "---\ndate: 2024-11-06\n---\n\n## 特斯拉召回部分车辆\n\n11 月 5 日消息，特斯拉召回部分车辆。（来源：IT 之家）\n"
Open = Callable[..., AppTest]


@pytest.fixture
def open_page(home: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a function that opens a page on the data of a folder of its own."""
    monkeypatch.setenv("NEWSWAKE_HOME", str(home))
    monkeypatch.setenv("NEWSWAKE_SAMPLE", "")

    def opened(page: str, **parameters: str) -> AppTest:
        app = AppTest.from_file(APP, default_timeout=60)
        for name, value in parameters.items():
            app.query_params[name] = value
        app.run()
        if page != "today":
            app.switch_page(f"app_pages/{page}.py").run()
        assert not app.exception
        return app

    return opened


@pytest.fixture
def with_story(home: Path, tmp_path: Path) -> Path:
    """Return the folder of a reader's own document of one story."""
    document = tmp_path / "day.md"
    document.write_text(STORY, encoding="utf-8")
    add_documents(home, [str(document)])
    return home


@pytest.fixture
def without_stories(with_story: Path) -> Path:
    """Return the folder after its only document was added and removed."""
    remove_document(with_story, "day.md")
    return with_story


def test_a_table_of_many_events_is_shown_in_pages_of_twenty(open_page: Open, home: Path, tmp_path: Path) -> None:
    events = tmp_path / "many.csv"
    lines = [f"Nvidia ships product {number},2024-11-{number % 25 + 1:02d},NVDA" for number in range(45)]
    events.write_text("\n".join(["headline,date,ticker", *lines]) + "\n", encoding="utf-8")
    add_documents(home, [str(events)])
    for page, expected in {"1": range(20), "3": range(40, 45)}.items():
        shown = [one.value for one in open_page("today", today_part=page).markdown if one.value.startswith("####")]
        assert shown == [f"#### Nvidia ships product {number}" for number in expected]
    assert "4" in next(one.value for one in open_page("today", today_part="4").warning)


def test_a_link_in_another_language_is_in_it_from_the_first_run(open_page: Open) -> None:
    assert open_page("today", app_lang="zh").caption[0].value.startswith("内置示例")


def test_a_pasted_text_without_a_day_is_dated_by_its_reader(open_page: Open, home: Path) -> None:
    app = open_page("data")
    app.text_area(key="data_paste").set_value("## 特斯拉召回部分车辆\n\n特斯拉召回部分车辆。\n").run()
    app.button(key="data_read_paste").click().run()
    assert "no day can be told" in _said(app)
    app = open_page("data")
    app.text_area(key="data_paste").set_value("## 特斯拉下调部分车型售价\n\n特斯拉下调售价。\n")
    app.date_input(key="data_paste_day").set_value(date(2024, 11, 6)).run()
    app.button(key="data_read_paste").click().run()
    assert app.success
    with open_snapshot(home) as data:
        assert data.events()["event_date"].to_pylist() == [date(2024, 11, 6)]


def test_a_long_table_shows_its_first_thousand_rows_and_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSWAKE_HOME", str(home))

    def page() -> None:
        import pyarrow as pa  # noqa: PLC0415

        from analytics.report.words import Words  # noqa: PLC0415
        from dashboard.show import table  # noqa: PLC0415

        table(
            pa.table({"headline": [f"story {number}" for number in range(1001)]}),
            Words(language="en"),
            key="t",
            alt="t",
        )

    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    assert len(app.dataframe[0].value) == 1000
    assert app.caption[0].value == "The first 1000 of 1001 rows; the CSV has them all."


def _said(app: AppTest) -> str:
    parts = [*app.title, *app.header, *app.subheader, *app.markdown, *app.caption, *app.info, *app.warning]
    return "\n".join(str(part.value) for part in parts)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_the_sample(open_page: Open, page: str) -> None:
    said = _said(open_page(page))
    assert "embedded sample" in said


@pytest.mark.parametrize("page", PAGES)
def test_a_page_without_stories_says_what_to_do_next(open_page: Open, without_stories: Path, page: str) -> None:
    said = _said(open_page(page))
    assert "your data, version 2, prices to 2024-12-06" in said
    if page in ("today", "event", "study"):
        assert "No story has been read yet." in said or "No stored event" in said


def test_a_wrong_address_is_named_and_the_usual_value_shown(open_page: Open) -> None:
    app = open_page("market_cap", cap_top="1000")
    app.query_params["cap_top"] = "1000"
    app.run()
    assert "asks for Companies in the chart = 1000" in _said(app)
    assert app.number_input(key="cap_top").value == 10


def test_a_choice_is_written_to_the_address(open_page: Open) -> None:
    app = open_page("market_cap")
    app.number_input(key="cap_persist").set_value(5).run()
    assert app.query_params["cap_persist"] == "5"
    app.number_input(key="cap_persist").set_value(1).run()
    assert "cap_persist" not in app.query_params


def test_damaged_data_are_told_of_and_not_guessed_at(open_page: Open, home: Path) -> None:
    (home / "versions").mkdir()
    (home / "versions" / "manifest.json").write_text("{", encoding="utf-8")
    assert "is damaged" in _said(open_page("today"))


def test_parameters_that_do_not_go_together_are_explained(open_page: Open) -> None:
    app = open_page("study")
    app.number_input(key="study_estlast").set_value(-5).run()
    assert not app.exception
    assert "overlaps the event window" in _said(app)


def test_a_digest_that_was_added_is_shown_at_once(open_page: Open, home: Path, tmp_path: Path) -> None:
    app = open_page("today")
    assert "embedded sample" in _said(app)
    document = tmp_path / "day.md"
    document.write_text(STORY, encoding="utf-8")
    add_documents(home, [str(document)])
    app.run()
    said = _said(app)
    assert "your data, version 1" in said
    assert "特斯拉召回部分车辆" in said


def test_what_came_since_the_last_visit_is_told(open_page: Open, home: Path, tmp_path: Path) -> None:
    assert "new since you last looked" not in _said(open_page("today"))
    document = tmp_path / "day.md"
    document.write_text(STORY, encoding="utf-8")
    add_documents(home, [str(document)])
    assert "Digests new since you last looked: 1." in _said(open_page("today"))


def test_a_study_is_saved_and_forgotten(home: Path) -> None:
    desk.save_study(home, "财报", {"study_types": ["results"]})
    desk.save_study(home, "denials", {"study_types": ["denial"]})
    desk.follow(home, ["Tesla", "Apple"])
    desk.forget_study(home, "denials")
    assert desk.studies(home) == {"财报": {"study_types": ["results"]}}
    assert desk.followed(home) == {"Apple", "Tesla"}


def test_a_headline_cannot_write_markup(open_page: Open, home: Path, tmp_path: Path) -> None:
    document = tmp_path / "day.md"
    document.write_text(STORY.replace("特斯拉召回", "特斯拉 <b>:red[c] $d$ 召回"), encoding="utf-8")
    add_documents(home, [str(document)])
    [heading] = [part.value for part in open_page("today").markdown if part.value.startswith("####")]
    assert heading == r"#### 特斯拉 \<b\>\:red\[c\] \$d\$ 召回部分车辆"


def test_every_sign_of_markup_is_escaped() -> None:
    assert plain("**x** [a](http://b) `c`\n# d") == r"\*\*x\*\* \[a\]\(http\://b\) \`c\` \# d"


STUB = "---\ntitle: 某日要闻\ndate: 2024-11-08\n---\n\n# 某日要闻\n\n![](https://example.com/a.png)\n"


def test_today_opens_on_the_newest_digest_that_holds_a_story(open_page: Open, home: Path, tmp_path: Path) -> None:
    for name, content in (("day.md", STORY), ("stub.md", STUB)):
        (tmp_path / name).write_text(content, encoding="utf-8")
    add_documents(home, [str(tmp_path / "day.md"), str(tmp_path / "stub.md")])
    app = open_page("today")
    assert app.session_state["today_document"] == "day.md"
    assert "Newer digests without a story: 1" in _said(app)
    # A document without a story offers none for review, not those of others.
    data = open_page("data", data_document="stub.md")
    assert "data_event" not in data.session_state


def test_a_choice_that_is_gone_with_the_data_is_dropped_without_a_word(
    open_page: Open, home: Path, tmp_path: Path
) -> None:
    app = open_page("data")
    assert app.session_state["data_document"] == "digest.md"
    (tmp_path / "day.md").write_text(STORY, encoding="utf-8")
    add_documents(home, [str(tmp_path / "day.md")])
    app.run()
    assert app.session_state["data_document"] == "day.md"
    assert [warning.value for warning in app.warning] == []


def test_a_tag_is_set_right_by_choice_and_taken_back(open_page: Open, with_story: Path) -> None:
    def certainty() -> list[str]:
        with open_snapshot(with_story) as data:
            return list(data.events()["modality"].to_pylist())

    app = open_page("data")
    before = certainty()
    app.selectbox(key="data_field").set_value("modality").run()
    [choice] = [one for one in app.selectbox if one.label == "New value"]
    choice.set_value("rumor").run()
    app.button(key="data_correct").click().run()
    assert certainty() == ["rumor"] != before
    app.button(key="data_undo").click().run()
    assert certainty() == before
    assert not app.exception


def test_a_correction_that_is_refused_says_so(open_page: Open, with_story: Path) -> None:
    app = open_page("data")
    app.date_input(f"data_value_{_only_event(with_story)}_event_date_2024-11-05").set_value(None).run()
    app.button(key="data_correct").click().run()
    assert "is not a date" in _said(app)


def _only_event(home: Path) -> str:
    with open_snapshot(home) as data:
        return str(data.events()["event_id"][0].as_py())


def test_a_review_speaks_in_words(open_page: Open, with_story: Path) -> None:
    app = open_page("data")
    [fields] = [one.value for one in app.dataframe if "By the rules" in str(one.proto) or "by_rules" in one.value]
    rows = {row["field"]: row for row in fields.to_dict("records")}
    assert rows["date of the news"]["because"] == "the story names the day"
    assert rows["first telling"]["by_rules"] == "特斯拉召回部分车辆"


def test_what_is_shown_of_ones_own_data_is_not_called_the_sample(open_page: Open, with_story: Path) -> None:
    app = open_page("data")
    assert "The sample is ready" not in _said(app)
    assert app.button(key="data_remove").label == r"Remove day\.md with its events"


def test_a_new_share_count_is_no_overtake_of_the_market(open_page: Open, with_story: Path, tmp_path: Path) -> None:
    shares = tmp_path / "shares.csv"
    shares.write_text("ticker,as_of,shares\nTSLA,2024-12-02,20000000000\n", encoding="utf-8")
    import_files(with_story, [("shares", shares)])
    app = open_page("market_cap")
    assert "Changes of order in the chart that a new share count made, and no price: 6, " in _said(app)
    assert "the latest: 2024\\-12\\-02, Tesla past Apple, NVIDIA, " in _said(app)
    [overtakes] = [one.value for one in app.dataframe if "overtaker_company" in one.value]
    made = overtakes[overtakes["session"].astype(str) == "2024-12-02"]
    assert set(made[made["overtaker_company"] == "Tesla"]["cause"]) == {"share count, not price"}
    assert set(overtakes[overtakes["overtaker_company"] == "NVIDIA"]["cause"]) <= {"at the close", "during the day"}


def test_an_event_whose_window_lacks_a_day_says_so(open_page: Open, home: Path, tmp_path: Path) -> None:
    (tmp_path / "day.md").write_text(STORY.replace("特斯拉", "拼多多"), encoding="utf-8")
    add_documents(home, [str(tmp_path / "day.md")])
    with open_snapshot(home) as data:
        sessions = data.ask("closes", ticker="SPY", first=None, last=None)["session"].to_pylist()
    bars = [f"PDD,{day},{100 + 7 * number % 11}" for number, day in enumerate(sessions) if str(day) != "2024-11-07"]
    (tmp_path / "pdd.csv").write_text("\n".join(["ticker,date,close", *bars]), encoding="utf-8")
    import_files(home, [("prices", tmp_path / "pdd.csv")])
    app = open_page("event")
    assert {one.label: one.value for one in app.metric}["t"] == "–"
    assert "No sum over −10..+10: a return in the window is missing." in _said(app)


def test_two_groups_are_compared_as_the_address_asks(open_page: Open) -> None:
    app = open_page("study")
    app.segmented_control(key="study_by").set_value("role").run()
    app.selectbox(key="study_left").set_value("subject").run()
    app.selectbox(key="study_right").set_value("competitor").run()
    assert not app.exception
    assert app.query_params["study_by"] == "role"
    assert re.search(r"subject \(\d+\) (less|and) competitor \(\d+\)", _said(app))
