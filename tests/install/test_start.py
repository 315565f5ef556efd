"""The dashboard starts without a word to anyone outside this machine."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

# Every address that Python asks for is written down, by a hook that nothing in the process can take off again.
WITNESS = """
import json, os, sys

def witness(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        address = arguments[1] if event != "socket.getaddrinfo" else arguments[0]
        with open(os.environ["WITNESS"], "a") as out:
            out.write(json.dumps([event, str(address)]) + "\\n")

sys.addaudithook(witness)
"""
LOOPBACK = ("('127.0.0.1'", "('::1'", "localhost", "127.0.0.1", "::1", "None", "0.0.0.0")  # noqa: S104


def test_no_connection_leaves_the_machine_at_the_start(home: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WITNESS, encoding="utf-8")
    seen = tmp_path / "seen.jsonl"
    seen.touch()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "NEWSWAKE_HOME": str(home), "PYTHONPATH": str(tmp_path), "WITNESS": str(seen)}
    program = Path(sys.executable).with_name("newswake")
    command = [program, "serve", "--no-browser", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        assert answer(f"http://127.0.0.1:{port}/_stcore/health") == "ok"
        assert "<title>" in answer(f"http://127.0.0.1:{port}/")
    finally:
        server.terminate()
        told = server.communicate(timeout=20)[0].decode()
    asked = [json.loads(line) for line in seen.read_text(encoding="utf-8").splitlines()]
    assert [one for one in asked if not one[1].startswith(LOOPBACK)] == []
    assert "the embedded sample" in told
    assert "mail" not in told.lower()


def answer(address: str) -> str:
    for _ in range(240):
        with suppress(OSError), urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310
            return str(response.read().decode())
        time.sleep(0.25)
    raise AssertionError(f"{address} did not answer")
