"""What a change would do, for people to read: a picture, names with reasons, integrations, and what was not looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from . import charts, policy_book
from .charts import Chart, Row
from .impact_cases import Kind
from .impact_tally import SEPARATOR, Effect, Tally, Verdict
from .models import ImpactRun

KIND_NAMES: dict[Kind, str | Promise] = {
    Kind.SIGN_IN: gettext_lazy("Sign-ins"),
    Kind.PROMPT: gettext_lazy("Prompts and refusals"),
    Kind.TOKEN_REQUEST: gettext_lazy("Token requests"),
    Kind.API_CALL: gettext_lazy("API calls"),
    Kind.PERSON: gettext_lazy("People, at their next sign-in"),
    Kind.SESSION: gettext_lazy("Running sessions"),
    Kind.TOKEN: gettext_lazy("Access tokens"),
    Kind.INTEGRATION: gettext_lazy("Integrations (profile, app, grant)"),
}
VERDICT_NAMES: dict[Verdict, str | Promise] = {
    Verdict.WORKS: gettext_lazy("Works"),
    Verdict.ASKS: gettext_lazy("Asks"),
    Verdict.ENROL: gettext_lazy("Must enrol"),
    Verdict.REFUSED: gettext_lazy("Refused"),
}
EFFECT_NAMES: dict[Effect, str | Promise] = {
    Effect.REFUSED: gettext_lazy("Newly refused"),
    Effect.ENROL: gettext_lazy("Must set up a method"),
    Effect.ASKED: gettext_lazy("Newly asked"),
    Effect.EASED: gettext_lazy("Asked less than now"),
}
RECORDED = (Kind.SIGN_IN, Kind.PROMPT, Kind.TOKEN_REQUEST, Kind.API_CALL)
STANDING = (Kind.PERSON, Kind.SESSION, Kind.TOKEN, Kind.INTEGRATION)
NAMES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Group:
    """The people of one effect: their names with the reason of each, at most :data:`NAMES_SHOWN`."""

    effect: Effect
    title: str
    people: tuple[tuple[str, str], ...]
    count: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.people)


@dataclass(frozen=True, slots=True)
class Integration:
    """An app's grant that ends otherwise than before for one profile, and for whom that is."""

    app: str
    what: str
    profile: str
    before: str
    after: str
    why: str
    breaks: bool
    people: tuple[str, ...]
    count: int

    @property
    def more(self) -> int:
        """How many people are not named."""
        return self.count - len(self.people)


@dataclass(frozen=True, slots=True)
class Report:
    """The whole. ``sentence`` says it in one line; ``coverage`` what was looked at, and what was not."""

    sentence: str
    groups: tuple[Group, ...]
    integrations: tuple[Integration, ...]
    chart: Chart
    reasons: tuple[tuple[str, str, int], ...]
    coverage: tuple[str, ...]

    @property
    def changes_something(self) -> bool:
        """Whether anything ends otherwise than before."""
        return bool(self.groups or self.integrations or self.reasons)


def of(run: ImpactRun) -> Report:
    """Return the report of a finished run. A statement for each profile whose integrations change."""
    tally = Tally.from_json(run.result or {})
    groups = tuple(_group(tally, effect) for effect in Effect if tally.names(effect))
    integrations = tuple(_integrations(tally))
    reasons = [(*key.partition(SEPARATOR)[::2], n) for key, n in tally.reasons.most_common()]
    return Report(
        sentence=_sentence(groups, integrations),
        groups=groups,
        integrations=integrations,
        chart=chart_of(tally),
        reasons=tuple((str(EFFECT_NAMES[Effect(effect)]), why, n) for effect, why, n in reasons),
        coverage=tuple(_coverage(run, tally)),
    )


def chart_of(tally: Tally) -> Chart:
    """Return how everything ends before and after, a pair of bars for each kind that there is."""
    rows = []
    for kind in Kind:
        if tally.count((kind,)):
            before = tuple(tally.count((kind,), before=verdict) for verdict in Verdict)
            after = tuple(tally.count((kind,), after=verdict) for verdict in Verdict)
            rows += [Row(_("%(kind)s, now") % {"kind": KIND_NAMES[kind]}, before)]
            rows += [Row(_("%(kind)s, after the change") % {"kind": KIND_NAMES[kind]}, after)]
    names = tuple(str(VERDICT_NAMES[verdict]) for verdict in Verdict)
    return charts.bars("impact", _("Now, and after the change"), _("What"), rows, series=names, shares=True)


HEAD = ("effect", "who", "what", "profile", "before", "after", "why")


def lines(run: ImpactRun) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the file: every person by name, and every integration."""
    tally = Tally.from_json(run.result or {})
    for effect in Effect:
        for name, why in tally.names(effect).items():
            yield (effect.value, name, "", "", "", "", why)
    for each in tally.integrations:
        yield (each["effect"], "", each["what"], each["profile"], each["before"], each["after"], each["why"])


def touched(run: ImpactRun) -> dict[str, str]:
    """Return everybody to whom the change does something unwelcome, by username, each with the reason."""
    tally = Tally.from_json(run.result or {})
    return {name: why for effect in (Effect.REFUSED, Effect.ENROL, Effect.ASKED) for name, why in tally.names(effect).items()}


def _group(tally: Tally, effect: Effect) -> Group:
    names = tally.names(effect)
    return Group(effect, str(EFFECT_NAMES[effect]), tuple(names.items())[:NAMES_SHOWN], len(names))


def _integrations(tally: Tally) -> Iterator[Integration]:
    people: dict[str, list[str]] = {}
    for each in sorted(tally.integrations, key=lambda row: list(Effect).index(Effect(row["effect"]))):
        name = each["profile"]
        if name not in people:
            rows: Any = get_user_model()._default_manager.filter(profile__name=name, is_active=True)
            people[name] = list(rows.order_by("username").values_list("username", flat=True))
        yield Integration(
            app=each["app"],
            what=each["what"],
            profile=name,
            before=str(VERDICT_NAMES[Verdict(each["before"])]),
            after=str(VERDICT_NAMES[Verdict(each["after"])]),
            why=each["why"],
            breaks=each["after"] == Verdict.REFUSED,
            people=tuple(people[name][:NAMES_SHOWN]),
            count=len(people[name]),
        )


def _sentence(groups: tuple[Group, ...], integrations: tuple[Integration, ...]) -> str:
    counts = {group.effect: group.count for group in groups}
    parts = []
    if n := counts.get(Effect.REFUSED):
        parts.append(ngettext("%(n)d person is newly refused", "%(n)d people are newly refused", n) % {"n": n})
    if n := counts.get(Effect.ENROL):
        parts.append(ngettext("%(n)d person must set up a method", "%(n)d people must set up a method", n) % {"n": n})
    if n := counts.get(Effect.ASKED):
        parts.append(ngettext("%(n)d person is newly asked", "%(n)d people are newly asked", n) % {"n": n})
    if n := len({each.app for each in integrations if each.breaks}):
        parts.append(ngettext("%(n)d integration breaks", "%(n)d integrations break", n) % {"n": n})
    if not parts:
        return _("Nobody is asked for more than now, and nothing breaks.")
    said = get_text_list(parts, _("and"))
    return f"{said[0].upper()}{said[1:]}."


def _coverage(run: ImpactRun, tally: Tally) -> Iterator[str]:
    days = ngettext("the last day", "the last %(n)d days", run.days) % {"n": run.days}
    sample = policy_book.current().organisation.sample_allowed
    yield _("Looked at: %(recorded)d recorded sign-ins, prompts, token requests and API calls of %(days)s; %(standing)s.") % {
        "recorded": tally.count(RECORDED),
        "days": days,
        "standing": ", ".join(f"{KIND_NAMES[kind]}: {tally.count((kind,))}" for kind in STANDING),
    }
    yield _(
        "People are taken to sign in next with their password, within their login hours, from a network that lets them in, in "
        "a browser that is known; sessions and tokens to be used now."
    )
    yield _("Of pages that simply opened, %(n)d of 100 are written down, and so looked at.") % {"n": sample}
    if tally.unread:
        yield _(
            "Not looked at: %(n)d rows, which are records from before their inputs were kept, or people without a password."
        ) % {"n": tally.unread}
    yield _(
        "Not covered: sign-ins that did not happen in this time, what a login flow would ask, and grants that are switched."
    )
