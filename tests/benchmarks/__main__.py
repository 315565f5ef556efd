"""Print time and memory of a study of each size: `uv run python -m tests.benchmarks S M L --battery --peers`.

Every size runs in a process of its own, so that its peak memory is its own.
"""

import argparse
import subprocess
import sys

from tests.benchmarks import console, market
from tests.benchmarks.peers import print_peers
from tests.benchmarks.study import SIZES, measure, print_curve


def main() -> None:
    """Measure the sizes asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "sizes", nargs="*", default=["S"], help=f"any of {', '.join(SIZES)}; S alone where none is given"
    )
    parser.add_argument("--battery", action="store_true", help="every statistic, not csect_t, patell and bmp alone")
    parser.add_argument("--peers", action="store_true", help="the packages of the dependency group benchmark")
    parser.add_argument("--curve", action="store_true", help="time against events and rows, instead")
    parser.add_argument("--market", action="store_true", help="prices imported, ranked and brought up to date instead")
    parser.add_argument("--console", action="store_true", help="the SQL console on the sample instead")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.console:
        for line in console.measure():
            print(line, flush=True)
        return
    if asked.here and asked.market:
        for line in market.measure(asked.sizes[0]):
            print(line, flush=True)
        return
    if asked.here:
        print(measure(asked.sizes[0], battery=asked.battery))
        return
    if asked.curve:
        print_curve()
        return
    for size in asked.sizes:
        options = [f"--{name}" for name in ("battery", "market") if getattr(asked, name)]
        command = [sys.executable, "-m", "tests.benchmarks", size, "--here", *options]
        subprocess.run(command, check=True)
    if asked.peers:
        print_peers()


main()
