"""Warm workers of one version, lent to sessions in the order in which they ask."""

import json
import subprocess
import sys
import threading
import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from analytics.errors import QueryError

try:
    from analytics.store import worker as script
except ModuleNotFoundError:  # Windows has no `resource`
    script = None  # type: ignore[assignment]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a query may take."""

    seconds: float = 30
    """Wall-clock time, then its worker is killed."""
    memory_bytes: int = 1 << 30
    """Memory of a worker beyond the data it holds."""
    copied_bytes: int = 256 << 20
    """Versions up to this size are copied for each worker; of larger ones the file itself is attached, read-only."""
    waiting_seconds: float = 60
    """Time in line before it is refused."""
    workers: int = 2
    """Queries that run at once on one version; each has a copy of the file, or the file, attached."""


ENDED = (EOFError, OSError, ValueError)
"""What a conversation with a worker that ended, or fell out of its part, raises."""


class Worker:
    """A process that runs one query at a time; it warms up while nobody waits for it."""

    def __init__(self, path: Path, limits: Limits) -> None:
        if script is None:
            raise QueryError("The SQL console needs limits that this operating system does not have.")
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
            [sys.executable, "-I", script.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Nothing of the app's; Arrow's own allocator would reserve a gigabyte of the address space it may use.
            env={"ARROW_DEFAULT_MEMORY_POOL": "system"},
            cwd="/",
            start_new_session=True,
        )
        self._end = weakref.finalize(self, _end, self._process)
        self._limits = limits
        self.ready = self.ended = self.expired = False
        start = {"path": str(path.resolve()), **asdict(limits)}
        with suppress(BrokenPipeError):  # it is gone already, which `await_start` will see
            script.send(self._stdin, json.dumps(start).encode())

    def await_start(self) -> None:
        """Wait until the data is there; raises an error of `ENDED` if the worker ended instead."""
        if not self.ready:
            script.receive(self._stdout, script.HEADER_BYTES)
            self.ready = True

    def ask(self, request: dict[str, Any], answer_bytes: int) -> tuple[dict[str, Any], bytes]:
        """Return the header and the body of the answer; raises an error of `ENDED` if the worker ended meanwhile."""
        clock = threading.Timer(self._limits.seconds, self._expire)
        clock.start()
        try:
            script.send(self._stdin, json.dumps(request).encode())
            header = json.loads(script.receive(self._stdout, script.HEADER_BYTES))
            return header, script.receive(self._stdout, answer_bytes)
        finally:
            clock.cancel()
            clock.join()  # a clock that has just run out ends this worker, not the next reader's query

    def _expire(self) -> None:
        self.expired = True
        self.kill()

    def kill(self) -> None:
        """End the process at once, from any thread."""
        self.ended = True
        self._process.kill()

    def close(self) -> None:
        """End the process and wait until it is gone."""
        self.ended = True
        self._end()

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        return self._process.stdin

    @property
    def _stdout(self) -> IO[bytes]:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        return self._process.stdout


class Pool:
    """The workers of the version at `path`, started at the first query."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path, self.limits = path, limits
        self._turn = threading.Condition()
        self._line: deque[object] = deque()
        self._idle: list[Worker] = []
        self._lent = 0

    @contextmanager
    def lend(self, cancelled: threading.Event) -> Iterator[Worker]:
        """Yield a worker in turn; raises QueryError if `cancelled` is set meanwhile or the line is too long."""
        worker = self._first_in_line(cancelled)
        try:
            yield worker
        finally:
            self._take_back(worker)

    def wake(self) -> None:
        """Have those in line look whether they are cancelled."""
        with self._turn:
            self._turn.notify_all()

    def _first_in_line(self, cancelled: threading.Event) -> Worker:
        ticket = object()
        with self._turn:
            self._line.append(ticket)
            try:
                in_turn = self._turn.wait_for(
                    lambda: cancelled.is_set() or (self._line[0] is ticket and self._lent < self.limits.workers),
                    timeout=self.limits.waiting_seconds,
                )
            finally:
                self._line.remove(ticket)
                self._turn.notify_all()
            if cancelled.is_set():
                raise QueryError("The query was cancelled.")
            if not in_turn:
                raise QueryError("Too many queries are waiting.", hint="Try again in a minute.")
            worker = self._idle.pop() if self._idle else Worker(self._path, self.limits)
            self._lent += 1
            return worker

    def _take_back(self, worker: Worker) -> None:
        try:
            if worker.ended:
                worker.close()
                worker = Worker(self._path, self.limits)
        finally:
            with self._turn:
                self._lent -= 1
                if not worker.ended:
                    self._idle.append(worker)
                self._turn.notify_all()


_pools: "weakref.WeakValueDictionary[tuple[Path, Limits], Pool]" = weakref.WeakValueDictionary()
_pools_lock = threading.Lock()


def shared_pool(path: Path, limits: Limits) -> Pool:
    """Return the pool that all sessions on `path` use; it ends with the last of them."""
    with _pools_lock:
        pool = _pools.get((path, limits))
        if pool is None:
            pool = _pools[path, limits] = Pool(path, limits)
        return pool


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.communicate()
