"""Login flows, their versions and runs, and what they keep for people."""

from __future__ import annotations

from .attributes import FlowSecret, UserAttribute, UserAttributeValue
from .drafts import FlowEdit, FlowTestCase
from .flows import FlowAssignment, FlowVersion, LoginFlow, flow_names, starting_definition, version_for
from .runs import FlowEntry, FlowRun, RunOutcome
from .terms import AcceptedTerms

__all__ = [
    "AcceptedTerms",
    "FlowAssignment",
    "FlowEdit",
    "FlowEntry",
    "FlowRun",
    "FlowSecret",
    "FlowTestCase",
    "FlowVersion",
    "LoginFlow",
    "RunOutcome",
    "UserAttribute",
    "UserAttributeValue",
    "flow_names",
    "starting_definition",
    "version_for",
]
