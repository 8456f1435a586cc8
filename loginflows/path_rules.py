"""What holds on every path through a flow: it ends, it uses nothing that may be missing, it raises nothing unearned. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from . import outcome_rules
from .conditions import Operator
from .definition import SUB_FLOW, Flow, kind_of, walk
from .elements.checks import SUCCEEDED
from .elements.kind import CONTINUE, Branch, Element, Ending, FieldType, Kind, ends_on_failure
from .findings import Context, Finding
from .placeholders import used

LONG_TEXT = 600
# How far something was verified. An e-mailed code is weak: it confirms an address, not a factor.
NO, WEAK, STRONG = 0, 1, 2
HAS_METHOD = ("methods.has_authenticator", "methods.has_second_factor")


@dataclass(frozen=True, slots=True)
class Known:
    """What is certain at a point of the flow: which variables are set, what may have been passed, what was verified."""

    variables: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()
    verified: int = NO
    has_method: bool = False

    def join(self, other: Known) -> Known:
        """Return what is certain where two paths meet."""
        return Known(
            self.variables & other.variables,
            self.passed | other.passed,
            min(self.verified, other.verified),
            self.has_method and other.has_method,
        )


def find(flow: Flow, context: Context) -> Iterator[Finding]:
    """Yield everything that is wrong on some path. Of a sub-flow only what its place makes wrong is said here."""
    paths = _Paths(flow, context)
    end = paths.sequence(flow.elements, Known())
    if end is not None:
        yield Finding("flow.no_end", flow.elements[-1].id)
    elif not paths.finishes:
        yield Finding("flow.no_finish", _last_reached(flow, paths).id)
    yield from paths.found
    yield from _about_elements(flow, context)
    if context.profiles == 0:
        yield Finding("flow.unassigned", is_error=False)
    if context.runs:
        yield Finding("flow.running", values={"runs": context.runs}, is_error=False)


class _Paths:
    def __init__(self, flow: Flow, context: Context) -> None:
        self.flow = flow
        self.context = context
        self.by_id = {element.id: element for element in flow.all()}
        self.found: list[Finding] = []
        self.finishes = False
        self.unreachable: set[str] = set()
        # What is known at each *finish* of the sub-flows that are being looked at, innermost last.
        self.returns: list[list[Known]] = []

    def sequence(self, elements: Iterable[Element], known: Known | None) -> Known | None:
        """Return what is known after ``elements``; None when every path has ended."""
        for element in elements:
            if known is None:
                self._never(element)
                continue
            known = self._element(element, known)
        return known

    def _never(self, element: Element) -> None:
        for each in walk((element,)):
            self.unreachable.add(each.id)
        self._say("element.unreachable", element, is_error=False)

    def _element(self, element: Element, known: Known) -> Known | None:
        kind = kind_of(element)
        self._uses(element, kind, known)
        if kind.needs_verification(element) and known.verified < STRONG:
            what = "level" if element.kind == "raise_level" else "address"
            self._say(
                f"{what}.weak" if known.verified == WEAK else f"{what}.unverified", element, is_error=known.verified == NO
            )
        if element.kind == "verify" and kind.verifies(element) and not known.has_method:
            self._say("verify.stuck", element, is_error=False)
        if kind.ending is not None:
            self._ending(kind.ending, known)
            return None
        if element.branches:
            return self._branches(element, kind, known)
        return self._after(element, kind, known)

    def _after(self, element: Element, kind: Kind, known: Known) -> Known:
        verified = max(known.verified, self._strength_after(element, kind))
        has_method = (
            known.has_method or (element.kind == "enrol" and not element.ticked("may_put_off")) or element.kind == "verify"
        )
        return Known(known.variables | kind.sets(element), known.passed | {element.id}, verified, has_method)

    def _ending(self, ending: Ending, known: Known) -> None:
        if ending is Ending.FINISH:
            if self.returns:
                self.returns[-1].append(known)
            else:
                self.finishes = True

    def _branches(self, element: Element, kind: Kind, known: Known) -> Known | None:
        known = replace(known, passed=known.passed | {element.id})
        if element.branches[0].id == SUB_FLOW:
            return self._sub_flow(element, known)
        self.found.extend(() if self.returns else outcome_rules.find(element))
        ends = [self.sequence(branch.elements, self._inside(branch, known)) for branch in element.branches]
        return _joined(ends)

    def _sub_flow(self, element: Element, known: Known) -> Known | None:
        self.returns.append([])
        end = self.sequence(element.branches[0].elements, known)
        return _joined([*self.returns.pop(), end])

    def _inside(self, branch: Branch, known: Known) -> Known:
        """Return what is known inside an outcome: its conditions held, if all of them had to."""
        if branch.match == "any" and len(branch.conditions) != 1:
            return known
        for condition in branch.conditions:
            subject, operator = str(condition.get("subject")), condition.get("operator")
            if subject in HAS_METHOD and operator == Operator.IS_TRUE:
                known = replace(known, has_method=True)
            family, _dot, name = subject.partition(".")
            if family == "results" and operator == Operator.IS and condition.get("value") == SUCCEEDED:
                known = replace(known, verified=max(known.verified, self._strength_of(name)))
        return known

    def _strength_after(self, element: Element, kind: Kind) -> int:
        """Return what is verified for everybody who passes ``element``."""
        if element.kind == "python_action":
            return self._strength_if_right(element) if ends_on_failure(element) else NO
        return _strength(element) if kind.verifies(element) else NO

    def _strength_of(self, name: str) -> int:
        """Return what is verified where the element of that name succeeded."""
        element = self.by_id.get(name)
        return NO if element is None or not kind_of(element).may_verify else self._strength_if_right(element)

    def _strength_if_right(self, element: Element) -> int:
        signature = self.context.actions.get(element.text("action"))
        return _strength(element) if element.kind != "python_action" or (signature is not None and signature.verifies) else NO

    def _uses(self, element: Element, kind: Kind, known: Known) -> None:
        for subject in subjects_of(element, kind):
            family, _dot, name = subject.partition(".")
            if family == "variables" and name not in known.variables:
                self._say("variable.unset", element, variable=name)
            elif family == "results" and name not in known.passed:
                self._say("result.unknown", element, name=name)
            elif family == "attributes" and name not in self.context.attributes:
                self._say("field.attribute", element, name=name, field="text")

    def _say(self, code: str, element: Element, *, is_error: bool = True, **values: str | int) -> None:
        # A sub-flow says its own things where it is edited; what only its place makes wrong is said here.
        if not self.returns or is_error:
            self.found.append(Finding(code, element.id.partition(".")[0] if self.returns else element.id, values, is_error))


def subjects_of(element: Element, kind: Kind) -> list[str]:
    """Return the subjects that an element uses: in its texts, its rows and its conditions."""
    found: list[str] = []
    for field in kind.fields:
        if field.type in (FieldType.TEXT, FieldType.LONG_TEXT):
            found += used(element.text(field.name))
        elif field.type is FieldType.INPUTS:
            for row in element.rows(field.name):
                found += [row["subject"]] if row.get("subject") else used(str(row.get("value") or ""))
        elif field.type is FieldType.SUBJECT and element.text(field.name):
            found.append(element.text(field.name))
    return found + [str(each.get("subject")) for branch in element.branches for each in branch.conditions]


def _about_elements(flow: Flow, context: Context) -> Iterator[Finding]:
    asked = {str(each.get("subject")) for element in flow.all() for branch in element.branches for each in branch.conditions}
    for element in flow.all():
        if "." in element.id:
            continue
        if element.text("on_failure") == CONTINUE and f"results.{element.id}" not in asked:
            yield Finding("failure.ignored", element.id, is_error=False)
        if element.kind == "message" and len(element.text("text")) > LONG_TEXT:
            yield Finding("text.long", element.id, {"most": LONG_TEXT}, is_error=False)
        if element.kind == "decision" and not any(branch.elements for branch in element.branches):
            yield Finding("decision.empty", element.id, is_error=False)
        if element.kind == "send_mail" and element.text("to") and "@" not in element.text("to").strip()[1:-1]:
            yield Finding("mail.address", element.id)
        if element.kind == "python_action":
            yield from _about_action(element, context)


def _about_action(element: Element, context: Context) -> Iterator[Finding]:
    signature = context.actions.get(element.text("action"))
    if signature is None:
        return
    given = {str(row.get("name")) for row in element.rows("inputs")}
    for name in sorted(signature.required - given):
        yield Finding("action.input_missing", element.id, {"name": name})
    for name in sorted(given - set(signature.inputs)):
        yield Finding("action.input_unknown", element.id, {"name": name})
    for name in sorted({str(row.get("name")) for row in element.rows("outputs")} - set(signature.outputs)):
        yield Finding("action.output_unknown", element.id, {"name": name})


def _strength(element: Element) -> int:
    return WEAK if element.kind == "email_code" else STRONG


def _joined(ends: Iterable[Known | None]) -> Known | None:
    joined: Known | None = None
    for end in ends:
        if end is not None:
            joined = end if joined is None else joined.join(end)
    return joined


def _last_reached(flow: Flow, paths: _Paths) -> Element:
    return [each for each in flow.elements if each.id not in paths.unreachable][-1]
