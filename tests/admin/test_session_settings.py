"""The two columns of the session settings: a move is previewed and saved, running sessions follow, and nobody is moved out."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.devices import recovery_code, temporary_code
from accounts.models import User
from sessions_policy import policy_book, texts
from sessions_policy.levels import DEFAULT_COLUMNS, FIXED_COLUMNS
from sessions_policy.models import MethodLevel, PolicyRevision
from tests.accounts.people import person, rule, sign_in
from tests.admin.words import newest_revision, text_of

pytestmark = pytest.mark.django_db
LEVELS = "/admin/sessions_policy/methodlevel/"


def move(desk: Client, method: str, level: str, **more: str) -> Any:
    """Press the button, and save what the page of the move shows."""
    assert desk.get(LEVELS, {"move": f"{method}:{level}"}).status_code in (200, 302)
    sent = {"move": f"{method}:{level}", "reason": "We agreed on it", "understood": "on", **more}
    response = desk.post(LEVELS, sent, follow=True)
    # A second later: every worker looks for a new revision once a second.
    policy_book.refresh()
    return response


def columns(response: Any) -> dict[str, list[str]]:
    return {column.name: [row.name for row in column.rows] for column in response.context["columns"]}


def test_every_method_stands_in_exactly_one_column(desk: Client) -> None:
    page = desk.get(LEVELS)
    shown = columns(page)
    assert sorted(shown["Standard"] + shown["High Assurance"]) == sorted(texts.method_name(m) for m in DEFAULT_COLUMNS)
    assert "Password" in shown["Standard"]
    assert "Authenticator app" in shown["High Assurance"]
    assert "Move Password to High Assurance" in text_of(page)
    assert "Move Authenticator app to Standard" in text_of(page)


def test_methods_whose_level_is_fixed_are_not_offered(desk: Client) -> None:
    shown = columns(desk.get(LEVELS))
    assert {texts.method_name(m) for m in FIXED_COLUMNS} & {*shown["Standard"], *shown["High Assurance"]} == set()


def test_a_move_is_said_and_written_down(desk: Client, ada: User) -> None:
    page = move(desk, "password", "high_assurance", reason="Everybody is in the office")
    assert "Moved Password to High Assurance." in text_of(page)
    assert '<div role="status">' in page.content.decode()
    assert "Password" in columns(page)["High Assurance"]
    assert "moved from its default column" in text_of(page)
    revision = newest_revision()
    assert (revision.author, revision.policy) == (ada, "sessions_policy.methodlevel")
    assert revision.reason == "Everybody is in the office"
    assert (revision.before, revision.after) == (None, {"method": "password", "level": "high_assurance"})
    move(desk, "password", "standard")
    assert newest_revision().before == {"method": "password", "level": "high_assurance"}
    assert MethodLevel.objects.get().level == "standard"


def test_a_running_session_follows_at_its_next_request(desk: Client, client: Client) -> None:
    sign_in(client, person("bob"))
    assert client.get("/reports/").status_code == 302
    move(desk, "password", "high_assurance")
    assert client.get("/reports/").status_code == 200
    move(desk, "password", "standard")
    assert client.get("/reports/").status_code == 302


def test_the_last_way_in_of_the_administrator_is_not_moved(desk: Client) -> None:
    before = PolicyRevision.objects.count()
    refused = move(desk, "authenticator_app", "standard")
    assert refused.status_code == 400
    said = text_of(refused)
    assert "This would shut you out, so nothing was saved." in said
    assert "no method that this person could use stands in the High Assurance column" in said
    assert "System Administrator needs" in said
    assert 'role="alert"' in refused.content.decode()
    assert (MethodLevel.objects.count(), PolicyRevision.objects.count()) == (0, before)
    assert desk.get("/admin/").status_code == 200


def test_it_is_moved_when_something_else_of_hers_still_reaches(desk: Client, ada: User) -> None:
    recovery_code.generate(ada)
    assert move(desk, "authenticator_app", "standard").status_code == 200
    assert MethodLevel.objects.get().method == "authenticator_app"


def test_a_temporary_code_is_no_way_in_that_lasts(desk: Client, ada: User) -> None:
    temporary_code.generate(ada, hours=24, issued_by=None, reason="lost")
    assert move(desk, "authenticator_app", "standard").status_code == 400


def test_the_administration_itself_must_stay_in_reach(client: Client) -> None:
    carol = person("carol", is_staff=True, is_superuser=True)
    rule("admin", "allow")
    sign_in(client, carol)
    assert move(client, "authenticator_app", "standard").status_code == 200
    move(client, "password", "high_assurance")
    rule("admin", "raise")
    refused = move(client, "password", "standard")
    assert "Administration needs" in text_of(refused)


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "password",
        "password:none",
        "password:",
        "login_flow:high_assurance",
        "nonsense:standard",
        "password:HIGH_ASSURANCE",
    ],
)
def test_what_no_button_says_moves_nothing(desk: Client, sent: str) -> None:
    refused = desk.post(LEVELS, {"move": sent})
    assert refused.status_code == 400
    assert "one of" in text_of(refused)
    assert not MethodLevel.objects.exists()


def test_a_second_press_moves_nothing_back(desk: Client) -> None:
    move(desk, "password", "high_assurance")
    revision = newest_revision()
    assert "stands in High Assurance already" in text_of(move(desk, "password", "high_assurance"))
    assert newest_revision() == revision


def test_a_reason_that_is_too_long_is_named(desk: Client) -> None:
    refused = desk.post(LEVELS, {"move": "password:high_assurance", "reason": "x" * 301})
    assert (refused.status_code, "300" in text_of(refused)) == (400, True)
    assert not MethodLevel.objects.exists()


def test_who_may_only_look_sees_no_button(client: Client) -> None:
    carol = person("carol", is_staff=True)
    carol.user_permissions.set(Permission.objects.filter(codename="view_methodlevel"))
    rule("admin", "allow")
    sign_in(client, carol)
    page = client.get(LEVELS)
    assert (page.status_code, 'name="move"' in page.content.decode()) == (200, False)
    assert client.post(LEVELS, {"move": "password:high_assurance"}).status_code == 403
