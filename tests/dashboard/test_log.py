"""The log file holds what happened and no secret."""

from pathlib import Path

from dashboard import log


def test_an_address_is_logged_without_its_secrets() -> None:
    assert log.bare("https://me:word@feeds.example:8443/day.xml?token=abc#top") == "https://feeds.example:8443/day.xml"
    assert log.bare("a\nforged line") == "a forged line"


def test_lines_are_appended_with_their_instant(tmp_path: Path) -> None:
    log.to(tmp_path / "home").info("day.md: read")
    log.to(tmp_path / "home").warning("no such file")
    first, second = log.file(tmp_path / "home").read_text(encoding="utf-8").splitlines()
    assert first.endswith("INFO day.md: read")
    assert second.endswith("WARNING no such file")
