"""``python -m benchmarks``: the control and the product side by side, interleaved, as a table and as JSON. See README.md."""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django

from . import arms, instructions, table
from .arms import Arm
from .databases import DATABASES, NoServer
from .rows import ALONE, COUNTS, RATIOS, Alone, Count, Ratio

FEWEST_ROUNDS = 4


def measure_ratio(running: dict[str, Arm], row: Ratio, scale: float) -> dict[str, Any]:
    """Return the ratio of ``row``: in each round both arms once, the one that begins alternating."""
    slices = {"control": (row.control, row.control_times), "product": (row.product, row.product_times)}
    rounds: list[dict[str, float]] = []
    end = time.monotonic() + row.seconds * scale
    for number in range(round(row.rounds * scale)):
        if len(rounds) >= FEWEST_ROUNDS and time.monotonic() > end:
            break
        spent = {}
        for name in arms.NAMES if number % 2 == 0 else arms.NAMES[::-1]:
            spent[name] = running[name].do(*slices[name])["cpu"]
        rounds.append(spent)
    # The first round fills caches and opens connections.
    rounds = rounds[1:]
    ratios = sorted(each["product"] / each["control"] for each in rounds)
    micro = {name: statistics.median(each[name] for each in rounds) * 1e6 for name in arms.NAMES}
    return {
        "label": row.label,
        "unit": "ratio",
        "product": statistics.median(ratios),
        "spread": [ratios[len(ratios) // 4], ratios[-1 - len(ratios) // 4]],
        "microseconds": micro,
        "must": row.must,
    }


def count(running: dict[str, Arm], row: Count, database: str) -> dict[str, Any]:
    """Return what ``row`` counts."""
    found = {name: running[name].do(row.operation, 2, "count") for name in arms.NAMES if name == "product" or row.control}
    return {
        "label": row.label,
        "unit": "count",
        "product": found["product"][row.what],
        "control": found["control"][row.what] if row.control else None,
        "must": row.must if database in row.must_on else None,
        "statements": found["product"]["statements"] if row.what == "sql" else None,
    }


def measure_alone(running: dict[str, Arm], row: Alone, scale: float) -> dict[str, Any]:
    """Return how long ``row`` takes."""
    spent = [running["product"].do(row.operation, row.times)["cpu"] for _ in range(round(row.rounds * scale))]
    return {"label": row.label, "unit": "microseconds", "product": statistics.median(spent[1:]) * 1e6, "must": None}


def measure(database: str, scale: float) -> list[dict[str, Any]]:
    """Return all rows on ``database``."""
    with tempfile.TemporaryDirectory(prefix="authsite-benchmark-") as folder, arms.both(database, Path(folder)) as running:
        rows = [count(running, row, database) for row in COUNTS if row.operation != "minute"]
        for row in RATIOS:
            rows.append(measure_ratio(running, row, scale))
            if row.product == "minute":
                rows += [count(running, each, database) for each in COUNTS if each.operation == "minute"]
                for arm in running.values():
                    # The clocks go on again.
                    arm.do("minute", 1, "close")
        return rows + [measure_alone(running, row, scale) for row in ALONE]


def main() -> None:
    """Measure what was asked for, print it, and write it down."""
    options = parse()
    if options.profile:
        profile(options.database[0], options.profile)
        return
    started, found = time.monotonic(), {}
    for database in options.database:
        try:
            found[database] = measure(database, options.rounds)
        except NoServer as missing:
            sys.stderr.write(f"NOT MEASURED on {database}. {missing}\n")
            continue
        if options.instructions and database == "sqlite":
            try:
                found[database] += instructions.measure()
            except instructions.NoValgrind as missing:
                sys.stderr.write(f"NO INSTRUCTIONS. {missing}\n")
        sys.stdout.write(table.of(database, found[database]))
        sys.stdout.flush()
    if not found:
        sys.exit("Nothing was measured.")
    result = {
        "python": platform.python_version(),
        "django": django.get_version(),
        "machine": platform.machine(),
        "seconds": round(time.monotonic() - started),
        "databases": found,
    }
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(result, indent=2) + "\n")
    sys.stdout.write(f"\n{result['seconds']} s. Everything, with each statement, is in {options.json}\n")


def parse() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="The product beside bare Django.")
    parser.add_argument("--database", action="append", choices=DATABASES, help="measure on this one only")
    parser.add_argument("--rounds", type=float, default=1.0, metavar="FACTOR", help="so many times the usual rounds")
    parser.add_argument("--json", type=Path, default=arms.ROOT / "var" / "benchmark.json", help="where the numbers go")
    parser.add_argument("--instructions", action="store_true", help="count instructions with valgrind too (some minutes)")
    parser.add_argument("--profile", metavar="OPERATION", help="print where the time of hot_get, login or step_up … goes")
    options = parser.parse_args()
    options.database = options.database or list(DATABASES)
    return options


def profile(database: str, operation: str) -> None:
    """Print where the time of ``operation`` goes, in each arm that has it."""
    with tempfile.TemporaryDirectory(prefix="authsite-benchmark-") as folder, arms.both(database, Path(folder)) as running:
        for name, arm in running.items():
            if name == "control" and operation not in {row.control for row in RATIOS}:
                continue
            arm.do(operation, 5)
            times = 500 if operation == "hot_get" else 50
            sys.stdout.write(f"{name}: {operation}, {times} times\n{arm.do(operation, times, 'profile')['profile']}\n")


if __name__ == "__main__":
    main()
