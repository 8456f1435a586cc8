"""Prints the rows of one database."""

from __future__ import annotations

from typing import Any

WIDTH = 54


def of(database: str, rows: list[dict[str, Any]]) -> str:
    """Return the table of ``database``. A row that has a bound says whether it keeps it."""
    head = f"\n{database:<{WIDTH}} {'product':>9} {'control':>9} {'must':>8}\n"
    return head + "-" * (len(head) - 2) + "\n" + "".join(map(_line, rows))


def _line(row: dict[str, Any]) -> str:
    must, product = row["must"], row["product"]
    kept = "" if must is None else ("ok" if product <= must else "MISSED")
    bound = "" if must is None else f"<= {must:g}"
    return f"{row['label']:<{WIDTH}} {_number(row, product):>9} {_control(row):>9} {bound:>8} {kept:<6} {_around(row)}\n"


def _number(row: dict[str, Any], value: float) -> str:
    return {"ratio": f"{value:.3f}", "count": f"{value:g}", "microseconds": f"{value:.1f}"}[row["unit"]]


def _control(row: dict[str, Any]) -> str:
    if row["unit"] == "ratio":
        return "1"
    return "" if row.get("control") is None else f"{row['control']:g}"


def _around(row: dict[str, Any]) -> str:
    """Return the quarters of the ratios, and what stands behind them."""
    if row["unit"] != "ratio":
        return ""
    low, high = row["spread"]
    behind = row["microseconds"] if "microseconds" in row else row["instructions"]
    unit = "us" if "microseconds" in row else "instructions"
    return f"{low:.3f}-{high:.3f}  {behind['product']:,.0f} / {behind['control']:,.0f} {unit}"
