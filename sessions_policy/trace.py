"""The one trace: how a decision came about, as JSON of a fixed shape, for every place that shows or sends one.

Live decisions, histories, report-only policies, What-If, replay, impact, the API and the command line all use
:func:`document`. Three readers look at it: the person (:func:`for_person`), the help desk (:func:`for_help_desk`) and the
administrator, who sees all of it. No code, token, session key or secret is in any of them. :data:`SCHEMA` is its JSON Schema.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from . import texts
from .conditions import Condition, Explained, explain
from .decision import RULES, Decision, Outcome, Reason
from .facts import Facts, Policy, level_of_proof
from .levels import Level
from .recorded import Recorded

VERSION = 1
Json = dict[str, Any]
SENTENCES = {rule.__name__: rule.__doc__ or "" for rule in RULES}
UNKNOWN = "not given"


class Mode(StrEnum):
    """Whether a decision was in force when it was taken."""

    ENFORCED = "enforced"
    REPORT_ONLY = "report_only"
    SAMPLED = "sampled"
    SIMULATED = "simulated"
    REPLAYED = "replayed"


def document(decision: Decision, *, mode: str, reference: str = "", at: datetime | None = None) -> Json:
    """Return the trace of ``decision``, which has to know what it was taken on. Raises ValueError for one that does not."""
    policy, facts = decision.policy, decision.facts
    if policy is None or facts is None:
        raise ValueError("This decision does not know what it was taken on.")
    return {
        "version": VERSION,
        "reference": reference or None,
        "at": (at or facts.now).isoformat(),
        "mode": str(mode),
        "revision": policy.revision,
        "input": input_of(policy, facts),
        "missing": missing(facts),
        "steps": steps(policy, facts),
        "result": result_of(decision),
    }


def steps(policy: Policy, facts: Facts) -> list[Json]:
    """Return every rule in its order: its verdict, whether it was reached, and all its conditions."""
    return [_step(n, each) for n, each in enumerate(explain(policy, facts), start=1)]


def _step(n: int, explained: Explained) -> Json:
    found = explained.finding
    row: Json = {
        "n": n,
        "rule": explained.rule,
        "verdict": explained.verdict,
        "reached": explained.reached,
        "conditions": [_condition(each) for each in explained.conditions],
    }
    if found.outcome is not None and found.reason is not None:
        row |= {"outcome": found.outcome.value, "reason": found.reason.value}
        row |= {"expected": found.expected, "actual": found.actual}
    return row


def _condition(condition: Condition) -> Json:
    return {
        "name": condition.name,
        "expected": condition.expected,
        "actual": condition.actual,
        "holds": condition.holds,
        "applies": condition.applies,
    }


def kept_steps(decision: Decision) -> list[Json]:
    """Return what a row keeps of the steps: what the rules that were asked said.

    Every rule with every condition is made from the row's inputs when somebody looks: a prompt comes at every login, and
    people look at few of them.
    """
    rows = []
    for n, step in enumerate(decision.trace, start=1):
        found = step.finding
        row: Json = {"n": n, "rule": step.rule, "verdict": found.verdict}
        if found.outcome is not None and found.reason is not None:
            row |= {"outcome": found.outcome.value, "reason": found.reason.value}
            row |= {"expected": found.expected, "actual": found.actual}
        rows.append(row)
    return rows


def stored_steps(kept: Any) -> list[Json]:
    """Return the steps of a stored trace with the sentence of each rule; a list is from before traces had a version."""
    found = kept if isinstance(kept, list) else kept.get("steps", []) if isinstance(kept, dict) else []
    return [{"sentence": SENTENCES.get(row.get("rule", ""), ""), **row} for row in found]


def input_of(policy: Policy, facts: Facts) -> Json:
    """Return what the decision was taken on, by names for people."""
    asked = Recorded.of(policy, facts)
    person = facts.person
    return {
        "person": None if person is None else person.id,
        "profile": policy.profile.name,
        "methods": None if person is None or person.methods is None else sorted(person.methods),
        "proofs": [
            {
                "method": proof.method,
                "age": round(facts.now.timestamp() - proof.at, 1),
                "level": level_of_proof(policy.columns, proof).slug,
            }
            for proof in facts.proofs
        ],
        "channel": facts.channel.value,
        "grant": facts.grant or None,
        "app": None if asked.app is None else asked.app.name,
        "resources": list(asked.resources),
        "fixed_levels": [rule.level.slug for rule in asked.fixed],
        "at_login": facts.at_login,
        "ip": facts.ip or None,
        "device_known": facts.device_known,
        "asked_level": facts.asked_level.slug,
        "asked_max_age": facts.asked_max_age,
    }


def missing(facts: Facts) -> list[str]:
    """Return the names of facts that nobody looked up or that were not known."""
    found = []
    if facts.person is not None and facts.person.methods is None:
        found.append("methods")
    if not facts.ip:
        found.append("ip")
    return found


def result_of(decision: Decision) -> Json:
    """Return the answer with its sentences."""
    asked = decision.requirement
    return {
        "outcome": decision.outcome.value,
        "reason": decision.reason.value,
        "level": decision.level.slug,
        "asked_by": None
        if asked is None
        else {
            "kind": asked.source,
            "name": asked.name,
            "level": asked.level.slug,
            "max_age": asked.max_age,
            "block": asked.block,
        },
        "methods": list(decision.methods),
        "person": texts.for_person(decision),
        "what_now": texts.what_now(decision),
        "administrator": texts.for_administrator(decision),
    }


def for_person(decision: Decision) -> Json:
    """Return what the person themselves may read: why, what would satisfy it, and what they had."""
    return {
        "code": decision.reason.value,
        "why": texts.for_person(decision),
        "what_now": texts.what_now(decision),
        "would_do": _would_do(decision),
        "level": texts.level_name(decision.level),
        "proven": [texts.method_name(proof.method) for proof in decision.facts.proofs] if decision.facts else [],
    }


def for_help_desk(decision: Decision) -> list[str]:
    """Return the sentences for somebody who helps: why, which rules were asked, and what would satisfy the answer."""
    sentences = [texts.for_administrator(decision)]
    verdicts = {"passes": _("passes"), "answers": _("is the answer")}
    sentences += [f"{s.sentence} ({verdicts[s.finding.verdict]})" for s in decision.trace if s.finding.verdict in verdicts]
    would_do = _would_do(decision)
    return [*sentences, would_do] if would_do else sentences


def _would_do(decision: Decision) -> str:
    """Return what would satisfy the decision, in one sentence; "" where nothing the person can do would."""
    names = [texts.method_name(method) for method in decision.methods]
    if decision.outcome is Outcome.VERIFY and names:
        return _("It opens with: %(methods)s.") % {"methods": _(" or ").join(names)}
    if decision.outcome is Outcome.ENROL and names:
        return _("It opens once this is set up: %(methods)s.") % {"methods": _(" or ").join(names)}
    return ""


_TEXT = {"type": "string"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_LEVEL = {"enum": [level.slug for level in Level]}


def _object(**properties: Any) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


SCHEMA: Json = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Trace of a decision",
    **_object(
        version={"const": VERSION},
        reference=_MAYBE_TEXT,
        at={"type": "string", "format": "date-time"},
        mode={"enum": [mode.value for mode in Mode]},
        revision={"type": "integer"},
        input=_object(
            person=_MAYBE_TEXT,
            profile=_TEXT,
            methods={"type": ["array", "null"], "items": _TEXT},
            proofs={"type": "array", "items": _object(method=_TEXT, age={"type": "number"}, level=_LEVEL)},
            channel=_TEXT,
            grant=_MAYBE_TEXT,
            app=_MAYBE_TEXT,
            resources={"type": "array", "items": _TEXT},
            fixed_levels={"type": "array", "items": _LEVEL},
            at_login={"type": "boolean"},
            ip=_MAYBE_TEXT,
            device_known={"type": "boolean"},
            asked_level=_LEVEL,
            asked_max_age={"type": ["number", "null"]},
        ),
        missing={"type": "array", "items": _TEXT},
        steps={
            "type": "array",
            "items": {
                "type": "object",
                "required": ["n", "rule", "verdict", "reached", "conditions"],
                "properties": {
                    "n": {"type": "integer"},
                    "rule": {"enum": list(SENTENCES)},
                    "verdict": {"enum": ["passes", "does_not_apply", "answers"]},
                    "reached": {"type": "boolean"},
                    "conditions": {
                        "type": "array",
                        "items": _object(
                            name=_TEXT,
                            expected=_TEXT,
                            actual=_TEXT,
                            holds={"type": "boolean"},
                            applies={"type": "boolean"},
                        ),
                    },
                    "outcome": {"enum": [outcome.value for outcome in Outcome]},
                    "reason": {"enum": [reason.value for reason in Reason]},
                    "expected": _TEXT,
                    "actual": _TEXT,
                },
                "additionalProperties": False,
            },
        },
        result=_object(
            outcome={"enum": [outcome.value for outcome in Outcome]},
            reason={"enum": [reason.value for reason in Reason]},
            level=_LEVEL,
            asked_by={"type": ["object", "null"]},
            methods={"type": "array", "items": _TEXT},
            person=_TEXT,
            what_now=_TEXT,
            administrator=_TEXT,
        ),
    ),
}
