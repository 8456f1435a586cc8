"""``python -m benchmarks.replay``: 100,000 recorded decisions decided again, under their own revisions and under a draft.

A database of its own is made, filled and thrown away. The limits: ten seconds on two cores, and memory that does not grow
with the number of rows.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROWS, MUST_SECONDS, MUST_MEGABYTES = 100_000, 10.0, 40.0
PEOPLE, REVISIONS = 200, 20
BATCH = 2_000


def start(folder: Path) -> None:
    """Start the product on an empty database in ``folder``."""
    os.environ.update(DEMO="1", VAR_DIR=str(folder), DATABASE_URL=f"sqlite:///{folder / 'replay.sqlite3'}")
    os.environ["DJANGO_SETTINGS_MODULE"] = "authsite.settings"
    import django  # noqa: PLC0415 - after its settings are named
    from django.core.management import call_command  # noqa: PLC0415 - the same

    django.setup()
    call_command("migrate", verbosity=0)


def fill(count: int) -> None:
    """Write ``count`` rows of sign-ins by many people, while the policies change."""
    from accounts.models import LoginRecord, User  # noqa: PLC0415 - Django has to be started first
    from sessions_policy import policy_book, recorded  # noqa: PLC0415
    from sessions_policy.decision import decide  # noqa: PLC0415
    from sessions_policy.facts import Facts, Person, Proof  # noqa: PLC0415
    from sessions_policy.levels import Channel  # noqa: PLC0415
    from sessions_policy.models import Profile, ResourcePolicy  # noqa: PLC0415

    levels = ("none", "high_assurance", "none", "high_assurance")
    profiles = [Profile.objects.create(name=f"Profile {n}", required_level=level) for n, level in enumerate(levels)]
    people = User.objects.bulk_create(User(username=f"user{n}", profile=profiles[n % 4]) for n in range(PEOPLE))
    people = list(User.objects.order_by("pk"))
    written = 0
    for number in range(REVISIONS):
        ResourcePolicy.objects.update_or_create(key="reports", defaults={"action": ("allow", "raise", "block")[number % 3]})
        policy_book.refresh()
        book = policy_book.current()
        rows = []
        for n in range(written, written + count // REVISIONS):
            user = people[n % PEOPLE]
            methods = frozenset({"password", "authenticator_app"}) if n % 3 else frozenset({"password"})
            given = [Proof("password", 1.8e9 + n, str(user.pk))]
            if n % 5 == 0:
                given.append(Proof("authenticator_app", 1.8e9 + n, str(user.pk), "Phone"))
            facts = Facts(
                now=book.now(),
                channel=Channel.BROWSER,
                person=Person(str(user.pk), methods=methods),
                proofs=tuple(given),
                at_login=n % 4 == 0,
                ip=f"192.0.2.{n % 250}",
                device_known=n % 7 == 0,
            )
            rules = (book.resource("reports"),) if n % 2 else ()
            policy = book.policy_for(user.profile_id, resources=rules)
            inputs = recorded.of(decide(policy, facts))
            rows.append(LoginRecord(user=user, channel="browser", method="password", status="success", inputs=inputs))
        LoginRecord.objects.bulk_create(rows, batch_size=BATCH)
        written += len(rows)


def replay_all(draft: Any) -> tuple[int, Counter[str]]:
    """Decide every row again, under ``draft`` or under its own revision; return how many differ from what was answered."""
    from accounts.models import LoginRecord  # noqa: PLC0415 - Django has to be started first
    from sessions_policy import policy_book, recorded  # noqa: PLC0415

    differ, outcomes = 0, Counter[str]()
    for inputs in LoginRecord.objects.order_by("pk").values_list("inputs", flat=True).iterator(chunk_size=BATCH):
        found = recorded.unpack(inputs)
        if draft is None:
            decision = recorded.decide_as_recorded(policy_book.at(found.revision), found)
        else:
            decision = recorded.decide_recorded(draft, found)
        differ += (decision.outcome, decision.reason) != (found.outcome, found.reason)
        outcomes[decision.outcome.value] += 1
    return differ, outcomes


def measure(name: str, draft: Any) -> dict[str, Any]:
    """Return how long one replay took, and by how much the memory of the process grew."""
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    differ, outcomes = replay_all(draft)
    after = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "label": name,
        "rows": sum(outcomes.values()),
        "seconds": round(time.monotonic() - started, 2),
        "cpu": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2),
        "megabytes": round((after.ru_maxrss - before.ru_maxrss) / 1024, 1),
        "differ": differ,
    }


def main() -> int:
    """Run, print, and return 1 where a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="authsite-replay-") as folder:
        start(Path(folder))
        fill(options.rows)
        from sessions_policy import policy_book  # noqa: PLC0415 - Django has to be started first
        from sessions_policy.models import ResourcePolicy  # noqa: PLC0415

        draft = policy_book.draft(policy_book.Change.of(ResourcePolicy(key="reports", action="block")))
        rows = [measure("Replay under their own revisions", None), measure("Replay under a draft", draft)]
    for row in rows:
        spent = f"{row['seconds']:>7} s {row['cpu']:>7} s CPU {row['megabytes']:>6} MB more"
        sys.stdout.write(f"{row['label']:36}{row['rows']:>8} rows {spent}\n")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2))
    scale = options.rows / ROWS
    own = rows[0]["differ"] == 0
    return int(not own or any(row["cpu"] > MUST_SECONDS * scale or row["megabytes"] > MUST_MEGABYTES for row in rows))


if __name__ == "__main__":
    sys.exit(main())
