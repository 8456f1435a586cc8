"""Time-outs, the originating address, login hours, IP ranges and grace: at the door of the browser."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from sessions_policy import policy_book
from sessions_policy.models import DecisionRecord, OrganisationSettings, Profile, UserSession
from tests.accounts.people import (
    assured_profile,
    give_authenticator,
    give_password,
    is_asked_for_a_code,
    person,
    profile,
    sign_in,
)

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)  # a Tuesday


def organisation(**values: Any) -> None:
    settings = OrganisationSettings.load()
    for name, value in values.items():
        setattr(settings, name, value)
    settings.save()
    policy_book.refresh()


def test_a_session_ends_without_activity_and_says_so(client: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, person("alice"))
        clock.shift(120 * 60 + 1)
        response = client.get("/security/")
        assert response.headers["Location"] == "/login/?next=%2Fsecurity%2F"
        page = client.get(response.headers["Location"])
        assert page.context["notice"] == (
            "You were signed out after 120 minutes without activity. We will take you back to Security."
        )
        assert page.context["next"] == "/security/"
        assert page.context["form"]["username"].value() == "alice"
    assert not UserSession.objects.exists()


def test_activity_keeps_it_alive(client: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, person("alice"))
        for _hour in range(5):
            clock.shift(60 * 60)
            assert client.get("/security/").status_code == 200


def test_a_session_has_a_longest_age(client: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, person("alice"))
        for _hour in range(12):
            clock.shift(60 * 60)
            client.get("/security/")
        clock.shift(1)
        page = client.get("/security/", follow=True)
        assert "reached its longest age" in page.context["notice"]
        assert page.context["form"]["username"].value() == "alice"


def test_the_profile_has_its_own_time_out(client: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, person("alice", profile("Short", idle_timeout=15)))
        clock.shift(15 * 60 + 1)
        assert client.get("/security/").status_code == 302


def test_a_change_of_the_time_out_holds_for_running_sessions(client: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, person("alice"))
        clock.shift(30 * 60)
        organisation(idle_timeout=15)
        assert client.get("/security/").status_code == 302


def test_activity_is_written_at_most_once_a_minute(client: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, person("alice"))
        seen = []
        for _second in range(13):
            clock.shift(10)
            client.get("/security/")
            seen.append(UserSession.objects.get().last_seen)
        assert len(set(seen)) == 3


def test_a_page_inside_the_minute_writes_nothing(client: Client, django_assert_num_queries: Any) -> None:
    sign_in(client, person("alice"))
    policy_book.current()
    with django_assert_num_queries(1) as captured:
        client.get("/")
    assert all(query["sql"].startswith("SELECT") for query in captured.captured_queries)


def test_the_page_can_ask_to_stay(client: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        sign_in(client, person("alice"))
        clock.shift(100 * 60)
        assert client.post("/security/stay/").json() == {"seconds_left": 120 * 60}
        assert client.get("/security/stay/").status_code == 405


@pytest.mark.parametrize("minutes", [14, 1441, 0])
def test_a_time_out_has_bounds(minutes: int) -> None:
    with pytest.raises(ValidationError):
        OrganisationSettings(pk=1, idle_timeout=minutes).full_clean()


def test_a_locked_session_stays_at_its_address(client: Client) -> None:
    sign_in(client, person("alice"))
    organisation(lock_sessions_to_address=True)
    assert client.get("/security/").status_code == 200
    moved = client.get("/security/", REMOTE_ADDR="127.9.9.9")
    assert moved.status_code == 403
    assert moved.context["code"] == "network.session_address_changed"
    forged = client.get("/security/", REMOTE_ADDR="127.9.9.9", headers={"x-forwarded-for": "127.0.0.1"})
    assert forged.status_code == 403


def test_outside_the_login_hours_people_are_told(client: Client) -> None:
    alice = person("alice", profile("Day", login_hours={"1": ["08:00", "11:00"]}))
    with time_machine.travel(NOON, tick=False):
        response = give_password(client, alice)
    assert response.status_code == 403
    assert response.context["why"] == "People with the profile Day cannot sign in at this hour."
    assert DecisionRecord.objects.get(reference=response.context["reference"]).reason == "hours.outside"


def test_login_hours_are_in_the_organisations_zone(client: Client) -> None:
    alice = person("alice", profile("Day", login_hours={"1": ["14:00", "15:00"]}))
    organisation(time_zone="Africa/Cairo")
    with time_machine.travel(NOON, tick=False):
        assert give_password(client, alice).headers["Location"] == "/"


@pytest.mark.parametrize("address", ["203.0.113.9", "2001:db9::1"])
def test_outside_the_ranges_people_are_told(client: Client, address: str) -> None:
    alice = person("alice", profile("Office", ip_ranges="192.0.2.0/24\n2001:db8::/32"))
    response = client.post("/login/", {"username": "alice", "password": "correct horse battery staple"}, REMOTE_ADDR=address)
    assert response.status_code == 403
    assert response.context["code"] == "network.outside_ranges"
    assert alice.profile.name in response.context["why"]


def test_ranges_can_hold_at_every_request(client: Client) -> None:
    inside = profile("Office", ip_ranges="127.0.0.0/24")
    sign_in(client, person("alice", inside))
    assert client.get("/security/", REMOTE_ADDR="127.9.9.9").status_code == 200
    profile("Office", enforce_every_request=True)
    assert client.get("/security/", REMOTE_ADDR="127.9.9.9").status_code == 403
    assert client.get("/security/").status_code == 200


@pytest.mark.parametrize(
    "hours", [{"7": ["08:00", "09:00"]}, {"0": ["09:00", "08:00"]}, {"0": ["x", "y"]}, {"0": "08:00"}, {"0": ["08:00"]}, []]
)
def test_hours_that_mean_nothing_are_refused(hours: Any) -> None:
    with pytest.raises(ValidationError):
        Profile(name="Odd", login_hours=hours or [1]).full_clean()


@pytest.mark.parametrize("ranges", ["192.0.2.1/24", "office", "192.0.2.0/24\n300.0.0.0/8"])
def test_ranges_that_are_none_are_refused(ranges: str) -> None:
    with pytest.raises(ValidationError):
        Profile(name="Odd", ip_ranges=ranges).full_clean()


def grace_profile(days: int) -> Profile:
    return profile("Assured User", required_level="high_assurance", grace_until=NOON.date() + dt.timedelta(days=days))


def test_within_the_grace_an_enrolment_can_be_put_off(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        nina = person("nina", grace_profile(9))
        assert give_password(client, nina).headers["Location"] == "/login/enrol/"
        assert client.get("/login/enrol/").context["grace"].days == 9
        assert client.post("/login/enrol/", {"action": "later"}).headers["Location"] == "/"
        assert client.get("/security/").status_code == 200
        assert client.get("/reports/").status_code == 302


def test_the_grace_ends(client: Client) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        nina = person("nina", grace_profile(1))
        give_password(client, nina)
        client.post("/login/enrol/", {"action": "later"})
        clock.shift(60 * 60)
        assert client.get("/security/").status_code == 200
        clock.shift(11 * 60 * 60 - 60)
        client.get("/security/")
    with time_machine.travel(NOON + dt.timedelta(hours=13), tick=False):
        nina.refresh_from_db()
        other = Client()
        give_password(other, nina)
        page = other.get("/login/enrol/")
        assert page.context["grace"] is None
        assert other.post("/login/enrol/", {"action": "later"}).status_code == 400


def test_the_grace_is_for_people_without_a_method(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        bob = person("bob", grace_profile(9))
        give_authenticator(bob)
        assert is_asked_for_a_code(give_password(client, bob))


def test_without_grace_there_is_no_later(client: Client) -> None:
    nina = person("nina", assured_profile())
    give_password(client, nina)
    assert client.post("/login/enrol/", {"action": "later"}).status_code == 400
    assert client.session.get("_auth_user_id") is None


def test_people_end_their_own_sessions_and_nobody_elses(client: Client) -> None:
    alice, eve = person("alice"), person("eve")
    other, evil = Client(), Client()
    sign_in(client, alice)
    sign_in(other, alice)
    sign_in(evil, eve)
    row = UserSession.objects.get(session_key=other.session.session_key)
    assert evil.post(f"/security/sessions/{row.public_id}/end/").status_code == 404
    assert client.post(f"/security/sessions/{row.public_id}/end/").headers["Location"] == "/security/"
    assert other.get("/security/").status_code == 302
    assert evil.get("/security/").status_code == 200


def test_all_other_sessions_end_together(client: Client) -> None:
    alice = person("alice")
    others = [Client(), Client()]
    for browser in (client, *others):
        sign_in(browser, alice)
    client.post("/security/sessions/end-others/")
    assert [browser.get("/security/").status_code for browser in others] == [302, 302]
    assert client.get("/security/").status_code == 200


def test_the_page_shows_no_session_key(client: Client) -> None:
    alice = person("alice")
    sign_in(client, alice)
    other = Client()
    sign_in(other, alice)
    rows = client.get("/security/").context["sessions"]
    assert {row["current"] for row in rows} == {True, False}
    assert other.session.session_key not in str(rows)
