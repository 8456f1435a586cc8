"""A trace as administrators read it: every rule with what it said, every condition with what was expected and found."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..condition_texts import condition_name

VERDICT_NAMES: dict[str, str | Promise] = {
    "passes": gettext_lazy("passes"),
    "does_not_apply": gettext_lazy("does not apply"),
    "answers": gettext_lazy("is the answer"),
}
WOULD_ANSWER = gettext_lazy("was not reached; it would have been an answer, too")
NOT_REACHED = gettext_lazy("was not reached")


def verdict_name(step: dict[str, Any]) -> str:
    """Return what a rule said, in words."""
    verdict = step.get("verdict", "")
    if not step.get("reached", True):
        return str(WOULD_ANSWER if verdict == "answers" else NOT_REACHED)
    return str(VERDICT_NAMES.get(verdict, verdict))


def trace_table(steps: Iterable[dict[str, Any]]) -> SafeString:
    """Return the rules in their order as a table; the conditions that do not hold stand below their rule."""
    rows = format_html_join(
        "",
        "<tr><th scope='row'>{}{}</th><td>{}</td><td>{}</td><td>{}</td></tr>",
        ((s.get("sentence", ""), _failed(s), verdict_name(s), s.get("expected", ""), s.get("actual", "")) for s in steps),
    )
    head = format_html_join("", "<th scope='col'>{}</th>", [(_("Rule"),), (_("It"),), (_("Expected"),), (_("Found"),)])
    table = (
        "<div class='wide-table' tabindex='0' role='region' aria-label='{}'>"
        "<table class='trace'><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    )
    return format_html(table, _("Rules in their order"), head, rows)


def as_json(document: dict[str, Any]) -> SafeString:
    """Return a trace as the JSON that programs get, folded away."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return format_html("<details><summary>{}</summary><pre class='trace-json' tabindex='0'>{}</pre></details>", "JSON", text)


def _failed(step: dict[str, Any]) -> SafeString:
    failed = [each for each in step.get("conditions", ()) if not each.get("holds", True)]
    if step.get("verdict") == "does_not_apply":
        failed = [each for each in failed if each.get("applies")]
    if not failed:
        return SafeString("")
    said = _("%(name)s: expected %(expected)s, found %(actual)s")
    items = format_html_join(
        "",
        "<li>{}</li>",
        (
            (said % {"name": condition_name(c["name"]), "expected": c["expected"], "actual": c["actual"] or _("nothing")},)
            for c in failed
        ),
    )
    return format_html("<ul class='conditions'>{}</ul>", items)
