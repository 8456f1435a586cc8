"""Every reason has its sentences, for the person and for the administrator, and a page that explains it."""

from __future__ import annotations

import pytest
from django.test import Client

from sessions_policy import texts
from sessions_policy.decision import Decision, Outcome, Reason, Requirement
from sessions_policy.levels import CATEGORIES, Level


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_sentences(reason: Reason) -> None:
    requirement = Requirement("resource", "Reports", Level.HIGH_ASSURANCE, max_age=600)
    decision = Decision(Outcome.DENY, reason, Level.STANDARD, requirement)
    for sentence in (texts.for_person(decision), texts.for_administrator(decision)):
        assert sentence.endswith(".")
        assert "{" not in sentence
    assert texts.what_now(decision) or reason is Reason.ALLOWED


@pytest.mark.django_db
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_page_for_everybody(client: Client, reason: Reason) -> None:
    response = client.get(f"/docs/why/{reason.value}/")
    assert response.status_code == 200
    assert response.context["page"].person


@pytest.mark.django_db
def test_a_reason_that_does_not_exist_has_none(client: Client) -> None:
    assert client.get("/docs/why/nothing/").status_code == 404


@pytest.mark.parametrize("method", CATEGORIES)
def test_every_method_has_a_name(method: str) -> None:
    assert texts.method_name(method) != method


@pytest.mark.parametrize("level", Level)
def test_every_level_has_a_name(level: Level) -> None:
    assert texts.level_name(level)


@pytest.mark.parametrize("reason", Reason)
def test_a_reason_alone_has_a_sentence_too(reason: Reason) -> None:
    said = texts.about(reason.value)
    assert said and "{" not in said
    assert texts.about("made.up") == "made.up"
