"""Print the rejection rates of every test at 5 %: `uv run python -m tests.simulation --replications 1000`."""

import argparse

from tests.simulation.rejections import Column, Scenario, rejections

SCENARIOS = (
    Scenario(name="N=5", events=5),
    Scenario(name="N=30", events=30),
    Scenario(name="N=30, variance x3", events=30, event_variance=3.0),
    Scenario(name="N=30, one date, r=.2", events=30, shared=0.2, gap=0),
    Scenario(name="N=30, 2 days apart, r=.2", events=30, shared=0.2, gap=2),
    Scenario(name="N=30, effect 1 %", events=30, effect=0.01),
)


def main() -> None:
    """Simulate and print one line a statistic, one column a scenario and window."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    found = [rejections(scenario, asked.replications, seed=asked.seed) for scenario in SCENARIOS]
    print(f"Rejections at 5 %, in %, of {asked.replications} samples, seed {asked.seed}; L: sessions of the window.")
    print(f"{'':20}" + "".join(f"{scenario.name:>26}" for scenario in SCENARIOS))
    print(f"{'statistic':20}" + f"{'L=1':>18}{'L=21':>8}" * len(SCENARIOS))
    for statistic in dict.fromkeys(name for each in found for name, _ in each):
        cells = (_cell(each, (statistic, 1)) + _cell(each, (statistic, 21), 8) for each in found)
        print(f"{statistic:20}" + "".join(cells))


def _cell(shares: dict[Column, float], column: Column, width: int = 18) -> str:
    return f"{100 * shares[column]:{width}.1f}" if column in shares else f"{'-':>{width}}"


main()
