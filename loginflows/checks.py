"""What is to be said about a version before it is activated: the validator's findings, and how its test cases come out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from . import cases, element_texts, finding_texts, tree
from .cases import Tried
from .findings import Finding
from .models import FlowTestCase, FlowVersion


@dataclass(frozen=True, slots=True)
class Listed:
    """A finding as a page lists it: the element's id, number and name ("" and 0 for the whole flow), and the sentence."""

    sentence: str
    element: str = ""
    number: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Lists:
    """Errors keep a version from being activated, warnings do not."""

    errors: tuple[Listed, ...] = ()
    warnings: tuple[Listed, ...] = ()


@dataclass(slots=True)
class Verdict:
    """Everything that an activation looks at."""

    findings: tuple[Finding, ...]
    tried: list[Tried] = field(default_factory=list)

    @property
    def failed(self) -> list[Tried]:
        """Return the test cases that did not take their path."""
        return [each for each in self.tried if not each.passed]

    @property
    def blocks(self) -> bool:
        """Whether the version must not be activated."""
        return bool(self.failed) or any(each.is_error for each in self.findings)


def verdict(version: FlowVersion) -> Verdict:
    """Return the findings and, where the version can be read, how the flow's test cases come out on it."""
    found = version.findings()
    if any(each.is_error for each in found):
        return Verdict(found)
    return Verdict(found, try_cases(version))


def try_cases(version: FlowVersion) -> list[Tried]:
    """Run the flow's test cases dry on ``version``."""
    inner = sub_flows(version.flow.name)
    return [cases.try_out(version.definition, inner, as_case(each)) for each in version.flow.test_cases.all()]


def as_case(kept: FlowTestCase) -> cases.Case:
    """Return a kept test case as the value that is run."""
    return cases.read_case({name: getattr(kept, name) for name in ("name", "inputs", "answers", "expected")})


def sub_flows(name: str) -> dict[str, Any]:
    """Return the active definitions of every flow but the one named ``name``, by name."""
    active = FlowVersion.objects.filter(state=FlowVersion.State.ACTIVE).exclude(flow__name=name)
    return dict(active.values_list("flow__name", "definition"))


def listed(definition: Any, found: Sequence[Finding]) -> Lists:
    """Return the findings as lists of sentences, each with its element."""
    items = {item.id: item for item in tree.walk(definition)}

    def row(finding: Finding) -> Listed:
        item = items.get(finding.element)
        said = finding_texts.message(finding)
        if item is None:
            return Listed(said)
        name = tree.text(item.row, "title") or element_texts.kind_name(tree.text(item.row, "kind"))
        return Listed(said, item.id, item.number, name)

    errors = tuple(row(each) for each in found if each.is_error)
    return Lists(errors, tuple(row(each) for each in found if not each.is_error))
