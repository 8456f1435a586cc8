"""Running sessions in the administration: seen as they are now, and ended at once."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from sessions_policy.models import UserSession
from tests.accounts.people import give_authenticator, give_password, move, permission_set, person, rule, sign_in
from tests.admin.words import text_of

pytestmark = pytest.mark.django_db
SESSIONS = "/admin/sessions_policy/usersession/"


@pytest.fixture
def bob(client: Client) -> User:
    """Bob, signed in with his password."""
    bob = person("bob")
    sign_in(client, bob)
    return bob


def end(desk: Client, *public_ids: str, **more: str) -> str:
    chosen = {"action": "end_sessions", "_selected_action": public_ids, "index": 0, **more}
    return text_of(desk.post(SESSIONS, chosen, follow=True))


def session_of(user: User) -> UserSession:
    return UserSession.objects.get(user=user)


def test_they_are_listed_with_what_was_proven(desk: Client, bob: User) -> None:
    page = text_of(desk.get(SESSIONS))
    assert "bob Standard Password - 127.0.0.1" in page
    assert "ada High Assurance Password, Authenticator app - 127.0.0.1" in page


def test_a_session_ends_at_once(desk: Client, client: Client, bob: User) -> None:
    assert client.get("/security/").status_code == 200
    assert "1 session was ended." in end(desk, session_of(bob).public_id)
    assert client.get("/security/").headers["Location"] == "/login/?next=/security/"
    assert not UserSession.objects.filter(user=bob).exists()
    entry = LogEntry.objects.get()
    assert (entry.object_repr, entry.change_message, entry.user.get_username()) == ("bob", "A session was ended.", "ada")


def test_the_other_sessions_go_on(desk: Client, client: Client, bob: User) -> None:
    other = Client()
    sign_in(other, bob)
    end(desk, UserSession.objects.get(session_key=other.session.session_key).public_id)
    assert (client.get("/security/").status_code, other.get("/security/").status_code) == (200, 302)


def test_the_key_of_a_session_is_on_no_page_and_in_no_address(desk: Client, client: Client, bob: User) -> None:
    keys = list(UserSession.objects.values_list("session_key", flat=True))
    assert len(keys) == 2
    page = desk.get(SESSIONS).content.decode()
    assert [key for key in keys if key in page] == []
    for name in keys[0], session_of(bob).public_id:
        for act in ("change", "delete", "history"):
            assert desk.get(f"{SESSIONS}{name}/{act}/").status_code == 404
    assert [key for key in keys if key in str(session_of(bob))] == []


def test_a_key_chooses_nothing(desk: Client, client: Client, bob: User) -> None:
    assert "0 sessions were ended." in end(desk, session_of(bob).session_key)
    assert client.get("/security/").status_code == 200


def test_the_level_is_that_of_now(desk: Client, bob: User) -> None:
    move("password", "high_assurance")
    assert session_of(bob).level == "standard"
    assert "bob High Assurance Password" in text_of(desk.get(SESSIONS))
    shown = desk.get(f"{SESSIONS}?level=high_assurance").context["cl"].result_list
    assert {row.user.username for row in shown} == {"ada", "bob"}
    move("password", "standard")
    assert [row.user for row in desk.get(f"{SESSIONS}?level=standard").context["cl"].result_list] == [bob]


def test_a_login_that_is_not_finished_is_no_session(desk: Client) -> None:
    carol = person("carol")
    give_authenticator(carol)
    permission_set(carol, two_factor_ui=True)
    give_password(Client(), carol)
    assert UserSession.objects.count() == 2
    assert "carol" not in text_of(desk.get(SESSIONS))


def test_ending_needs_the_right_to(bob: User, client: Client) -> None:
    looker = person("looker", is_staff=True)
    looker.user_permissions.set(Permission.objects.filter(codename="view_usersession"))
    rule("admin", "allow")
    other = Client()
    sign_in(other, looker)
    assert "End the selected sessions" not in text_of(other.get(SESSIONS))
    end(other, session_of(bob).public_id)
    assert client.get("/security/").status_code == 200


def test_all_sessions_of_a_person_end_together(desk: Client, client: Client, bob: User) -> None:
    other = Client()
    sign_in(other, bob)
    chosen = {"action": "end_sessions", "_selected_action": bob.pk, "index": 0}
    page = desk.post("/admin/accounts/user/", chosen, follow=True)
    assert "The sessions of 1 person were ended." in text_of(page)
    assert [each.get("/security/").status_code for each in (client, other, desk)] == [302, 302, 200]
