"""``python -m benchmarks.login_flows``: a login flow of 200 elements, edited, checked, drawn, tried and opened in the builder.

Prints the median of several rounds in milliseconds of CPU time. Exits with 1 when something takes half a second or more.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

ROUNDS = 7
MOST_MILLISECONDS = 500.0
ELEMENTS = 200


def flow_of(elements: int) -> dict[str, Any]:
    """Return a flow of that many elements: decisions with two branches, messages on them and between them, and an end."""
    rows: list[dict[str, Any]] = []
    for number in range((elements - 1) // 4):
        condition = {"subject": "login.network", "operator": "is", "value": "trusted"}
        outcome = {
            "id": "in",
            "label": "Inside",
            "match": "all",
            "conditions": [condition],
            "elements": [_message(f"a{number}")],
        }
        otherwise = {"label": "Outside", "elements": [_message(f"b{number}")]}
        rows += [
            {
                "id": f"d{number}",
                "kind": "decision",
                "title": f"Where, {number}?",
                "outcomes": [outcome],
                "otherwise": otherwise,
            },
            _message(f"m{number}"),
        ]
    count = len(rows) * 2
    rows += [_message(f"x{number}") for number in range(elements - count - 1)]
    return {"schema": 2, "elements": [*rows, {"id": "end", "kind": "finish"}]}


def _message(name: str) -> dict[str, Any]:
    return {"id": name, "kind": "message", "title": f"Message {name}", "text": "Please read this before you go on."}


def main() -> None:
    """Measure, print, and judge."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "authsite.settings", "VAR_DIR": folder, "DEMO": "1", "DATABASE_URL": ""}
        import django  # noqa: PLC0415 - the environment comes first

        django.setup()
        slow = 0
        for name, act in operations().items():
            spent = statistics.median(_cpu(act) for _round in range(ROUNDS)) * 1000
            slow += spent >= MOST_MILLISECONDS
            sys.stdout.write(f"{name:<44} {spent:8.1f} ms\n")
        sys.exit(1 if slow else 0)


def operations() -> dict[str, Callable[[], Any]]:
    """Return what is measured, by its name."""
    from django.core.management import call_command  # noqa: PLC0415

    from loginflows import editing, layout, tree  # noqa: PLC0415
    from loginflows.admin import outline  # noqa: PLC0415
    from loginflows.definition import read  # noqa: PLC0415
    from loginflows.drafts import fingerprint  # noqa: PLC0415
    from loginflows.dry_run import Answer, Scenario, play  # noqa: PLC0415
    from loginflows.models import FlowVersion, LoginFlow  # noqa: PLC0415
    from loginflows.validate import validate  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    definition = flow_of(ELEMENTS)
    assert len(tree.ids(definition)) == ELEMENTS
    assert not [each for each in validate(definition) if each.is_error]
    version = LoginFlow.objects.create(name="Long").new_draft(definition)
    client = _administrator()
    url = f"/admin/loginflows/flowversion/{version.pk}/change/"
    answers = [Answer(item.id) for item in tree.walk(definition)]

    def look() -> None:
        response = client.get(url)
        assert response.content.count(b'class="step-link"') == ELEMENTS

    def edit() -> None:
        base = fingerprint(FlowVersion.objects.get(pk=version.pk).definition)
        assert client.post(url, {"act": "down:m0", "base": base}).status_code == 302

    return {
        "edit: move an element": lambda: editing.move_down(definition, "m0"),
        "edit: duplicate a decision": lambda: editing.duplicate(definition, "d0"),
        "validate": lambda: validate(definition),
        "lay out": lambda: layout.draw(definition, frozenset({"finish", "log_out"})),
        "outline": lambda: outline.outline(definition, ()),
        "dry run through all of it": lambda: play(read(definition), Scenario(), answers),
        "page: open the builder": look,
        "page: move an element": edit,
    }


def _administrator() -> Any:
    from accounts.models import User  # noqa: PLC0415
    from sessions_policy.models import Profile  # noqa: PLC0415
    from sessions_policy.testing import LevelClient  # noqa: PLC0415

    profile, _made = Profile.objects.get_or_create(name="System Administrator")
    user = User.objects.create_superuser("ada", password="benchmark", profile=profile)  # noqa: S106 - in a database that is thrown away
    client: Any = LevelClient(headers={"host": "127.0.0.1"})
    client.login_at(user, level="high_assurance")
    return client


def _cpu(act: Callable[[], Any]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


if __name__ == "__main__":
    main()
