"""How many threads share the blocks of a study."""

import threading

import pytest

from analytics.study.threads import on_every_core


@pytest.mark.parametrize(("told", "threads"), [("1", 1), ("3", 3)])
def test_the_environment_says_how_many_threads_there_are(
    monkeypatch: pytest.MonkeyPatch, told: str, threads: int
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", told)
    together = threading.Barrier(threads)

    def work(part: int) -> tuple[int, int]:
        together.wait(timeout=10)  # nobody goes on before all are there
        return part, threading.get_ident()

    found = list(on_every_core(work, range(3)))
    assert [part for part, _ in found] == [0, 1, 2]
    assert len({thread for _, thread in found}) == threads
    assert (found[0][1] == threading.get_ident()) is (threads == 1)
