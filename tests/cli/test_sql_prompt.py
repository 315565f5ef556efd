"""The SQL prompt as a person at a terminal meets it."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("newswake")
PATIENCE = 60.0


class Terminal:
    """A terminal with `newswake sql` in it."""

    def __init__(self, home: Path) -> None:
        self.screen, mine = pty.openpty()
        self.process = subprocess.Popen(
            [PROGRAM, "sql", "--sample", "--home", str(home)],
            stdin=mine,
            stdout=mine,
            stderr=mine,
            env={**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"},
        )
        os.close(mine)

    def type(self, text: str) -> None:
        os.write(self.screen, text.encode())

    def wait_for(self, words: str) -> str:
        seen, end = "", time.monotonic() + PATIENCE
        while words not in seen:
            ready, _, _ = select.select([self.screen], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                pytest.fail(f"{words!r} did not come; seen: {seen!r}")
            seen += os.read(self.screen, 65536).decode(errors="replace")
        return seen


def test_a_person_asks_errs_asks_again_and_leaves(home: Path) -> None:
    terminal = Terminal(home)
    try:
        terminal.wait_for("sql>")
        terminal.type("select 41 + 1 as answer;\r")
        terminal.wait_for("42")
        terminal.type("select tickr from events;\r")
        terminal.wait_for("Did you mean")
        terminal.type("drop table events;\r")
        terminal.wait_for("SELECT")
        terminal.type("exit\r")
        assert terminal.process.wait(timeout=PATIENCE) == 0
    finally:
        terminal.process.kill()
        terminal.process.wait()
        os.close(terminal.screen)
    assert "41 + 1" in (home / "sql_history").read_text(encoding="utf-8")


def test_a_pipe_is_read_to_its_end(home: Path) -> None:
    command = [str(PROGRAM), "sql", "--sample", "--home", str(home), "--format", "csv"]
    done = subprocess.run(command, input="select 7 as seven", capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (0, "seven\n7\n"), done.stderr


def test_without_the_extra_one_sentence_says_what_to_install(home: Path) -> None:
    code = (
        "import sys; sys.modules['prompt_toolkit'] = None; sys.stdin.isatty = lambda: True;"
        f"sys.argv = ['newswake', 'sql', '--sample', '--home', {str(home)!r}];"
        "from analytics.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert "newswake[prompt]" in done.stderr
    assert "Traceback" not in done.stderr
