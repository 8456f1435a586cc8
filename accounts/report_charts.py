"""The numbers of the reports as charts, with names in place of codes."""

from __future__ import annotations

from collections import Counter
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sessions_policy import charts, texts
from sessions_policy.charts import Chart, Row
from sessions_policy.decision import Reason
from sessions_policy.levels import Level

from .models.histories import LoginStatus, VerificationStatus
from .report_filters import GRANT_NAMES
from .report_numbers import Numbers

# The strongest last, so that it stands on top of a column.
LEVELS = (Level.NONE, Level.STANDARD, Level.HIGH_ASSURANCE)
RESULTS = (
    (VerificationStatus.SUCCEEDED, (VerificationStatus.SUCCEEDED.value,)),
    (
        VerificationStatus.FAILED_INVALID_CODE,
        (VerificationStatus.FAILED_INVALID_CODE.value, VerificationStatus.FAILED_INVALID_PASSWORD.value),
    ),
    (VerificationStatus.FAILED_TOO_MANY_ATTEMPTS, (VerificationStatus.FAILED_TOO_MANY_ATTEMPTS.value,)),
    (VerificationStatus.REFUSED, (VerificationStatus.REFUSED.value,)),
)
MOST = 12


def of(numbers: Numbers) -> list[Chart]:
    """Return every chart of the reports."""
    found = [
        sign_ins_by_day(numbers.levels_by_day),
        sign_ins_by_method(numbers.levels_by_method),
        challenges(numbers.challenges),
        reasons(numbers.reasons),
        refused_grants(numbers.refused_grants),
    ]
    return found if numbers.without_method is None else [*found, without_method(numbers.without_method)]


def sign_ins_by_day(levels_by_day: dict[date, Counter[str]]) -> Chart:
    """Return successful sign-ins, a column for each day."""
    rows = [Row(date_format(day, "j M"), _by_level(levels)) for day, levels in sorted(levels_by_day.items())]
    return charts.columns("sign-ins-by-day", _("Sign-ins by day and level"), _("Day"), rows, series=_level_names())


def sign_ins_by_method(levels_by_method: dict[str, Counter[str]]) -> Chart:
    """Return successful sign-ins by how people came in, most frequent first."""
    ordered = sorted(levels_by_method.items(), key=lambda item: (-item[1].total(), item[0]))[:MOST]
    rows = [Row(methods_in_words(method), _by_level(levels)) for method, levels in ordered]
    title = _("Sign-ins by method and level")
    return charts.bars("sign-ins-by-method", title, _("Method"), rows, series=_level_names())


def challenges(found: dict[str, Counter[str]]) -> Chart:
    """Return the tries of verifications by their result."""
    ordered = sorted(found.items(), key=lambda item: (-item[1].total(), item[0]))[:MOST]
    names = tuple(str(status.label) for status, _all in RESULTS)
    rows = [
        Row(methods_in_words(method) or _("(none)"), tuple(sum(results[each] for each in those) for _name, those in RESULTS))
        for method, results in ordered
    ]
    return charts.bars("challenges", _("Verifications and their results"), _("Method"), rows, series=names)


def reasons(found: Counter[str]) -> Chart:
    """Return why people were asked for more."""
    names = {code: _reason(code) for code in found}
    rows = charts.counted(found, names=names, most=MOST)
    return charts.bars("reasons", _("Why people were asked"), _("Reason"), rows)


def refused_grants(found: Counter[tuple[str, str]]) -> Chart:
    """Return what was refused to programs, by grant and reason."""
    rows = [Row(f"{grant_name(grant)}: {_reason(reason)}", (n,)) for (grant, reason), n in found.most_common(MOST)]
    return charts.bars("refused-grants", _("Refused grants and API calls"), _("Grant and reason"), rows)


def without_method(by_profile: dict[str, int]) -> Chart:
    """Return how many people of each profile have no method beside their password."""
    rows = charts.counted(by_profile, most=MOST)
    return charts.bars("without-method", _("People without a method"), _("Profile"), rows)


def methods_in_words(names: str) -> str:
    """Return the methods or the grant of a history row in words."""
    return ", ".join(str(GRANT_NAMES.get(name) or texts.method_name(name)) for name in names.split(", ") if name)


def grant_name(grant: str) -> str:
    """Return a grant in words."""
    return str(GRANT_NAMES.get(grant) or texts.method_name(grant))


def status_name(status: str) -> str:
    """Return the status of a sign-in in words."""
    return str(dict(LoginStatus.choices).get(status, status))


def decisions_url(**query: str) -> str:
    """Return the address of the decisions of the administration, filtered."""
    return reverse("admin:sessions_policy_decisionrecord_changelist") + "?" + urlencode(query)


def _reason(code: str) -> str:
    try:
        text = str(texts.TEXTS[Reason(code)].administrator)
    except ValueError:
        return code
    # Of many policies at once, so none of their names belongs into it.
    return text.format(name="…", period="…").rstrip(".")


def _by_level(levels: Counter[str]) -> tuple[int, ...]:
    return tuple(levels[level.slug] for level in LEVELS[1:])


def _level_names() -> tuple[str, ...]:
    return tuple(texts.level_name(level) for level in LEVELS[1:])
