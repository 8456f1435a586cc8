"""``python -m benchmarks.impact``: how long a change of policy takes to try on recorded decisions, and what memory it needs.

Each size is a process of its own with a new database (SQLite), so that the memory of one does not hide that of another.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from typing import Any

SIZES = (10_000, 100_000)
PEOPLE = 1_000
# Seconds for the larger of the sizes, and megabytes by which it may need more than the smaller.
MOST_SECONDS, MOST_GROWTH = 10.0, 20.0


def measure(rows: int, *, touched: bool) -> dict[str, Any]:
    """Return seconds and peak memory (MB) of one try over ``rows`` sign-ins; ``touched`` by the change, or not."""
    with tempfile.TemporaryDirectory(prefix="authsite-impact-") as folder:
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH")}
        settings = {"DJANGO_SETTINGS_MODULE": "authsite.settings", "VAR_DIR": folder, "DEMO": "1"}
        command = [sys.executable, "-m", "benchmarks.impact", str(rows), "touched" if touched else "others"]
        done = subprocess.run(command, env={**kept, **settings}, capture_output=True, text=True, check=True)  # noqa: S603
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def work(rows: int, *, touched: bool) -> dict[str, Any]:
    """Fill a database with ``rows`` sign-ins , and try to require High Assurance of their people or of others."""
    import django  # noqa: PLC0415 - the process of the measurement alone

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    from sessions_policy import impact_replay  # noqa: PLC0415
    from sessions_policy.models import Profile  # noqa: PLC0415
    from sessions_policy.policy_tables import Change  # noqa: PLC0415

    fill(rows)
    changed = Profile.objects.get(name="Standard User" if touched else "Others")
    changed.required_level = "high_assurance"
    scope = impact_replay.Draft((Change.of(changed),)).scope(30)
    began = time.process_time()
    tally = impact_replay.run(scope)
    seconds = time.process_time() - began
    assert tally.ends["sign_in|works|enrol" if touched else "sign_in|works|works"] == rows, tally.ends
    return {"rows": rows, "seconds": seconds, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def fill(rows: int) -> None:
    """Write people, and sign-ins with the inputs that a real one keeps."""
    from django.utils import timezone  # noqa: PLC0415

    from accounts.models import LoginRecord, User  # noqa: PLC0415
    from sessions_policy import policy_book, recorded  # noqa: PLC0415
    from sessions_policy.decision import decide  # noqa: PLC0415
    from sessions_policy.facts import Facts, Person, Proof  # noqa: PLC0415
    from sessions_policy.levels import Channel  # noqa: PLC0415
    from sessions_policy.models import Profile  # noqa: PLC0415

    standard = Profile.objects.get_or_create(name="Standard User")[0]
    Profile.objects.get_or_create(name="Others")
    people = [User(username=f"p{n}", profile=standard, password="x") for n in range(PEOPLE)]  # noqa: S106 - no password
    User.objects.bulk_create(people)
    book, now = policy_book.current(), timezone.now()
    policy, inputs = book.policy_for(standard.pk), []
    for user in people:
        proofs = (Proof("password", now.timestamp(), str(user.pk)),)
        facts = Facts(now, Channel.BROWSER, Person(str(user.pk)), proofs, at_login=True, ip="192.0.2.7", device_known=True)
        inputs.append(recorded.of(decide(policy, facts)))
    kept = {"channel": "browser", "method": "password", "status": "success", "level": "standard"}
    for start in range(0, rows, 10_000):
        LoginRecord.objects.bulk_create(
            LoginRecord(user=people[n % PEOPLE], inputs=inputs[n % PEOPLE], **kept)
            for n in range(start, min(start + 10_000, rows))
        )
    LoginRecord.objects.update(at=now - timedelta(days=1))


def main() -> None:
    """Measure every size, and say whether the bounds are kept."""
    worst = 0.0
    for touched in (True, False):
        found = [measure(rows, touched=touched) for rows in SIZES]
        growth = found[-1]["megabytes"] - found[0]["megabytes"]
        for each in found:
            label = "every row asks twice" if touched else "no row is touched"
            sys.stdout.write(f"{each['rows']:>9,} rows, {label:<22} {each['seconds']:6.2f} s  {each['megabytes']:6.1f} MB\n")
        kept = found[-1]["seconds"] <= MOST_SECONDS and growth <= MOST_GROWTH
        worst = max(worst, found[-1]["seconds"])
        bounds = f"must: <= {MOST_SECONDS:g} s and <= {MOST_GROWTH:g} MB more"
        sys.stdout.write(f"{bounds}: {'ok' if kept else 'MISSED'} ({growth:+.1f} MB)\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.stdout.write(json.dumps(work(int(sys.argv[1]), touched=sys.argv[2] == "touched")) + "\n")
    else:
        main()
