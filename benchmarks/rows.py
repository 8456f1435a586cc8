"""What the table shows: each row, how it is measured, and what it must not exceed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """CPU of one run of ``product`` over CPU of one run of ``control``, the median over ``rounds`` interleaved rounds.

    ``control_times`` and ``product_times`` are the runs in one slice of a round. No round begins after ``seconds``, so that
    a busy machine gets fewer of them.
    """

    label: str
    product: str
    control: str
    product_times: int
    control_times: int
    rounds: int
    seconds: int = 10
    must: float | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """Something of the product that is counted exactly, beside the same of the control where that has it."""

    label: str
    operation: str
    what: str
    must: int | None = None
    # Statements are held to a number on PostgreSQL only: on SQLite each transaction begins with one more.
    must_on: tuple[str, ...] = ("sqlite", "postgresql")
    control: bool = True


@dataclass(frozen=True, slots=True)
class Alone:
    """Microseconds of CPU of something that the control has no counterpart of."""

    label: str
    operation: str
    times: int
    rounds: int


RATIOS = (
    Ratio("Guarded page, CPU", "hot_get", "hot_get", 120, 120, 15, must=1.03),
    Ratio("Guarded page over a minute, idle time-out on, CPU", "minute", "minute", 1, 1, 6, seconds=15, must=1.06),
    Ratio("Login form, CPU", "login_form", "login_form", 40, 40, 9),
    Ratio("Login, without the hash, CPU", "login", "login", 10, 10, 11, must=2.0),
    Ratio("Login with PBKDF2, CPU", "login_with_hash", "login_with_hash", 1, 1, 9, must=1.04),
    Ratio("Step-up over one guarded page of the control, CPU", "step_up", "hot_get", 8, 60, 11, must=9.0),
)

INSTRUCTIONS = (
    Ratio("Guarded page, instructions", "hot_get", "hot_get", 100, 100, 1, must=1.03),
    Ratio("Login form, instructions", "login_form", "login_form", 40, 40, 1),
    Ratio("Login, without the hash, instructions", "login", "login", 12, 12, 1, must=2.0),
    Ratio("Step-up, instructions", "step_up", "hot_get", 12, 100, 1, must=9.0),
)

COUNTS = (
    Count("Guarded page, statements", "hot_get", "sql", must=2),
    Count("Guarded page, writes", "hot_get", "writes", must=0),
    Count("Guarded pages of a minute (600), statements", "minute", "sql"),
    Count("Guarded pages of a minute (10 sessions), writes", "minute", "writes"),
    Count("Login form, statements", "login_form", "sql", must=0),
    Count("Login, requests", "login", "requests", must=4),
    Count("Login, redirects", "login", "redirects", must=1),
    Count("Login, statements", "login", "sql", must=16, must_on=("postgresql",)),
    Count("Login, password hashes", "login_with_hash", "hashes", must=1),
    Count("Login with an unknown name, password hashes", "unknown_name", "hashes", must=1, control=False),
    Count("Step-up, requests", "step_up", "requests", control=False),
    Count("Step-up, statements", "step_up", "sql", must=9, must_on=("postgresql",), control=False),
)

ALONE = (
    Alone("decide(): allow, microseconds", "decide_allow", 2, 11),
    Alone("decide(): verify, microseconds", "decide_verify", 2, 11),
    Alone("validate(): a login flow of 200 elements, microseconds", "validate_flow", 2, 11),
    Alone("A run through a login flow of 200 elements, microseconds", "run_flow", 2, 11),
)
