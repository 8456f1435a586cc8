"""Off, report-only, on: chosen on the form, watched, and turned on from a page that says what it would have done."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from oauth.models import ConnectedApp
from sessions_policy import policy_book, watched
from sessions_policy.models import PermissionSet, PolicyRevision, Profile, ResourcePolicy, SavedQuestion
from sessions_policy.modes import MODES
from tests.accounts.people import give_authenticator, person, profile, rule, sign_in
from tests.admin.words import text_of
from tests.oauth.world import app

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_was_seen_yet() -> None:
    cache.clear()


def form_of(desk: Client, address: str, **changes: Any) -> dict[str, Any]:
    """Return the values of a form as a browser would send them, with ``changes``."""
    fields = desk.get(address).context["adminform"].form
    values = {name: fields[name].value() for name in fields.fields}
    values = {name: "" if value is None else value for name, value in values.items() if value is not False}
    return {**values, **changes}


def address_of(policy: Any) -> str:
    return f"/admin/{policy._meta.app_label}/{policy._meta.model_name}/{policy.pk}/"


def test_every_mode_has_reasons_by_which_its_rows_are_found() -> None:
    assert set(watched.REASONS) == {(kind, field) for kind, fields in MODES.items() for field in fields}


@pytest.mark.parametrize("kind", ["profile", "permissionset", "resourcepolicy", "connectedapp"])
def test_each_form_offers_its_modes_as_radios(desk: Client, kind: str) -> None:
    rule("connected_apps", "raise")
    policy: Any = {
        "profile": Profile.objects.first(),
        "permissionset": PermissionSet.objects.create(name="Strict"),
        "resourcepolicy": ResourcePolicy.objects.first(),
        "connectedapp": app(),
    }[kind]
    page = desk.get(address_of(policy) + "change/").content.decode()
    for name in watched.mode_fields(policy):
        assert f'type="radio" name="{name}" value="report_only"' in page


def test_a_level_that_is_saved_as_report_only_asks_nobody_and_is_turned_on_later(desk: Client) -> None:
    sales = profile("Sales")
    sara, tom = person("sara", sales), person("tom", sales)
    give_authenticator(sara)
    address = address_of(sales)
    changes = {"required_level": "high_assurance", "required_level_mode": "report_only"}
    assert desk.post(address + "change/", form_of(desk, address + "change/", **changes)).status_code == 302
    policy_book.refresh()
    for user in (sara, tom):
        client = Client()
        sign_in(client, user)
        assert client.get("/security/").status_code == 200
    assert "Turn on: session security level required at login" in text_of(desk.get(address + "change/"))
    page = desk.get(address + "turn-on/required_level_mode/")
    shown = text_of(page)
    assert "2 people would have noticed it." in shown
    people = {(each.username, each.outcome) for each, _name in page.context["people"]}
    assert people == {("sara", "verify"), ("tom", "enrol")}
    assert desk.post(address + "turn-on/required_level_mode/", {"reason": "A quiet week"}).status_code == 302
    revision = PolicyRevision.objects.first()
    assert revision is not None and revision.reason == "A quiet week" and revision.author is not None
    assert revision.author_level == "high_assurance"
    policy_book.refresh()
    assert policy_book.current().profiles[sales.pk].required_level.slug == "high_assurance"
    assert desk.get(address + "turn-on/required_level_mode/").status_code == 404


def test_turning_on_is_rehearsed(desk: Client, ada: User) -> None:
    Profile.objects.filter(pk=ada.profile.pk).update(ip_ranges="192.0.2.0/24", ip_ranges_mode="report_only")
    policy_book.refresh()
    page = desk.post(address_of(ada.profile) + "turn-on/ip_ranges_mode/", {"reason": "x"})
    assert page.status_code == 400
    assert "This would shut you out, so nothing was saved." in text_of(page)
    assert Profile.objects.get(pk=ada.profile.pk).ip_ranges_mode == "report_only"


def test_leaving_on_takes_protection_away(desk: Client) -> None:
    sales = profile("Sales", required_level="high_assurance")
    address = address_of(sales) + "change/"
    page = desk.post(address, form_of(desk, address, required_level_mode="report_only"))
    assert page.status_code == 200
    assert "People with the profile Sales no longer need High Assurance to sign in." in text_of(page)
    assert Profile.objects.get(pk=sales.pk).required_level_mode == "on"


def test_an_app_that_is_only_watched_gives_its_codes() -> None:
    web = app(session_policy="block", session_policy_mode="report_only")
    assert web.rule().action == "allow"
    assert ConnectedApp.objects.get().is_usable(None)
    policy_book.refresh()
    assert policy_book.with_report_only(policy_book.current()).apps["web-app"].action == "block"


def test_who_may_not_change_a_policy_does_not_turn_it_on(desk: Client) -> None:
    sales = profile("Sales", required_level="high_assurance", required_level_mode="report_only")
    clerk, browser = person("clerk", is_staff=True), Client()
    sign_in(browser, clerk, give_authenticator(clerk))
    assert browser.post(address_of(sales) + "turn-on/required_level_mode/").status_code in (302, 403)
    assert Profile.objects.get(pk=sales.pk).required_level_mode == "report_only"


def test_a_change_that_breaks_a_test_asks_to_confirm(desk: Client) -> None:
    give_authenticator(person("sara", profile("Sales")))
    question = {"user": "sara", "to": "login", "ip": "127.0.0.1"}
    SavedQuestion.objects.create(name="Sara signs in", question=question, verdict="allow", reason="allowed")
    sales = Profile.objects.get(name="Sales")
    address = address_of(sales) + "change/"
    values = form_of(desk, address, required_level="high_assurance")
    page = desk.post(address, values)
    assert page.status_code == 200 and Profile.objects.get(pk=sales.pk).required_level == "none"
    assert "The test “Sara signs in” has to say allow (allowed), and says verify (level.profile)." in text_of(page)
    assert desk.post(address, {**values, "understood": "on", "reason": "Meant so"}).status_code == 302
    assert Profile.objects.get(pk=sales.pk).required_level == "high_assurance"


def test_a_form_can_be_asked_about_before_it_is_saved(desk: Client) -> None:
    give_authenticator(person("sara", profile("Sales")))
    sales = Profile.objects.get(name="Sales")
    address = address_of(sales) + "change/"
    sent = desk.post(address, form_of(desk, address, required_level="high_assurance", _whatif="x"))
    assert sent.status_code == 302 and Profile.objects.get(pk=sales.pk).required_level == "none"
    page = desk.get(sent.headers["Location"] + "&user=sara&to=login&ip=127.0.0.1")
    assert page.context["found"].verdict == "verify"
    assert "not saved: the change in your form" in text_of(page)
