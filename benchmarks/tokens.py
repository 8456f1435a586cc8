"""``python -m benchmarks.tokens``: what tokens cost, beside stock django-oauth-toolkit and bare Django. See README.md."""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import arms
from .arms import Arm
from .databases import DATABASES, NoServer

NAMES = ("stock", "product")
TIMES, ROUNDS = 20, 9


@dataclass(frozen=True, slots=True)
class Row:
    """CPU of the product's ``operation`` over that of ``beside`` in ``arm``, and the most statements on PostgreSQL."""

    label: str
    operation: str
    beside: str
    arm: str = "stock"
    must: float | None = None
    statements: int | None = None


ROWS = (
    Row("Code and PKCE, over django-oauth-toolkit", "code", "code", must=0.6, statements=6),
    Row("Refresh with rotation, over django-oauth-toolkit", "refresh", "refresh", must=0.6, statements=9),
    Row("Introspection, over django-oauth-toolkit", "introspection", "introspection", must=0.7, statements=2),
    Row("API call, over django-oauth-toolkit", "resource", "resource"),
    Row("API call, over a guarded page of bare Django", "resource", "page", must=1.2, statements=1),
    Row("Refresh with a secret, over one without", "refresh_confidential", "refresh", arm="product", must=1.1),
)


def measure(running: dict[str, Arm], row: Row) -> tuple[float, dict[str, float]]:
    """Return the median ratio over interleaved rounds, and the statements of both sides."""
    ratios, statements = [], {}
    for number in range(ROUNDS):
        sides = {"product": (running["product"], row.operation), "beside": (running[row.arm], row.beside)}
        spent = {}
        for side in sides if number % 2 == 0 else reversed(sides):
            arm, operation = sides[side]
            found = arm.do(operation, TIMES)
            spent[side], statements[side] = found["cpu"], found["sql"]
        ratios.append(spent["product"] / spent["beside"])
    # The first round fills caches and opens connections.
    return statistics.median(ratios[1:]), statements


def main() -> None:
    """Measure on each database, and print a table; end with 1 when a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tokens")
    parser.add_argument("--database", action="append", choices=DATABASES)
    missed = False
    for database in parser.parse_args().database or list(DATABASES):
        sys.stdout.write(f"\n{database:<52} {'ratio':>6} {'must':>7}         statements, beside\n")
        try:
            with (
                tempfile.TemporaryDirectory(prefix="authsite-benchmark-") as folder,
                arms.both(database, Path(folder), names=NAMES, module="benchmarks.tokens_worker") as running,
            ):
                for row in ROWS:
                    missed |= report(row, *measure(running, row), database)
        except NoServer as error:
            sys.stderr.write(f"NOT MEASURED on {database}. {error}\n")
    sys.exit(missed)


def report(row: Row, ratio: float, statements: dict[str, float], database: str) -> bool:
    """Print one row, and return whether it misses a bound."""
    many = database == "postgresql" and row.statements is not None and statements["product"] > row.statements
    missed = many or (row.must is not None and ratio > row.must)
    bound = "" if row.must is None else f"<= {row.must:g}"
    verdict = "" if row.must is None else ("MISSED" if missed else "ok")
    counted = f"{statements['product']:g}, {statements['beside']:g}"
    sys.stdout.write(f"{row.label:<52} {ratio:>6.2f} {bound:>7} {verdict:<7} {counted}\n")
    sys.stdout.flush()
    return missed


if __name__ == "__main__":
    main()
