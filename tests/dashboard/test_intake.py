"""Files that a stranger's browser sends: their names lead nowhere."""

from pathlib import Path

import pytest

from dashboard import intake


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.md", "passwd.md"),
        ("/etc/passwd.md", "passwd.md"),
        ("..\\..\\windows.md", ".._.._windows.md"),
        ("a\x00.md", "a_.md"),
        ("新" * 300 + ".md", "新" * 77 + ".md"),
    ],
)
def test_an_upload_stays_in_its_folder(name: str, kept: str, tmp_path: Path) -> None:
    path = intake._kept(tmp_path / "0", name, b"text")
    assert (path.parent, path.name) == (tmp_path / "0", kept)
    assert [one.name for one in tmp_path.rglob("*") if one.is_file()] == [kept]
