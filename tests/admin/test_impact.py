"""What will happen when I save: a change is tried on what happened and on everything as it stands, and nothing is written."""

from __future__ import annotations

import csv
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import LoginRecord, User
from oauth.models import ConnectedApp
from sessions_policy import impact_jobs, impact_replay, impact_report
from sessions_policy.impact_replay import Draft
from sessions_policy.impact_tally import Effect, Tally
from sessions_policy.models import ImpactRun, MethodLevel, PermissionSet, PolicyRevision, Profile, ResourcePolicy, UserSession
from sessions_policy.policy_tables import Change
from tests.accounts.people import give_authenticator, person, profile, rule, sign_in
from tests.admin.words import fill_in, text_of

pytestmark = pytest.mark.django_db
HIGH = "high_assurance"


@pytest.fixture
def standard() -> Profile:
    return profile("Standard User")


@pytest.fixture
def stan(standard: Profile) -> User:
    """Has an authenticator, and is not asked for it."""
    found = person("stan", standard)
    give_authenticator(found)
    return found


@pytest.fixture
def paula(standard: Profile) -> User:
    """Has nothing but a password."""
    return person("paula", standard)


@pytest.fixture
def script() -> ConnectedApp:
    return ConnectedApp.objects.create(
        name="script", client_type="confidential", grant_types=["password"], scopes=["api"], redirect_uris=""
    )


def tally(*changes: Change, days: int = 7, members: dict[int, frozenset[str]] | None = None) -> Tally:
    return impact_replay.run(Draft(changes, members or {}).scope(days))


def demanding(standard: Profile, **values: Any) -> Change:
    standard.required_level = HIGH
    for name, value in values.items():
        setattr(standard, name, value)
    return Change.of(standard)


def test_who_has_a_method_is_asked_and_who_has_none_must_enrol(standard: Profile, stan: User, paula: User) -> None:
    found = tally(demanding(standard))
    assert set(found.names(Effect.ASKED)) == {"stan"}
    assert set(found.names(Effect.ENROL)) == {"paula"}
    assert found.names(Effect.ASKED)["stan"] == "The profile Standard User requires High Assurance at login."
    assert PolicyRevision.objects.filter(after__required_level=HIGH).count() == 0


def test_an_integration_without_an_approval_step_breaks(standard: Profile, stan: User, script: ConnectedApp) -> None:
    broken = [each for each in tally(demanding(standard)).integrations if each["after"] == "refused"]
    assert [(each["what"], each["profile"], each["before"]) for each in broken] == [
        ("script: Username and password", "Standard User", "works")
    ]


def test_recorded_sign_ins_are_taken_again(client: Client, standard: Profile, stan: User) -> None:
    sign_in(client, stan)
    found = tally(demanding(standard))
    assert found.ends["sign_in|works|asks"] == 1
    assert found.ends["session|works|asks"] == 1


def test_what_is_older_than_the_period_is_not_looked_at(client: Client, standard: Profile, stan: User) -> None:
    sign_in(client, stan)
    LoginRecord.objects.update(at=timezone.now() - timedelta(days=8))
    assert "sign_in|works|asks" not in tally(demanding(standard)).ends
    assert tally(demanding(standard), days=30).ends["sign_in|works|asks"] == 1


def test_rows_from_before_inputs_were_kept_are_counted_as_not_looked_at(client: Client, standard: Profile, stan: User) -> None:
    sign_in(client, stan)
    LoginRecord.objects.update(inputs=None)
    assert tally(demanding(standard)).unread == 1


def test_report_only_touches_nobody(standard: Profile, stan: User, script: ConnectedApp) -> None:
    found = tally(demanding(standard, required_level_mode="report_only"))
    assert not found.people
    assert not found.integrations


def test_a_resource_asks_running_sessions(client: Client, stan: User) -> None:
    sign_in(client, stan)
    row = ResourcePolicy(key="export", action="raise")
    found = tally(Change.of(row))
    assert found.ends["session|works|asks"] == 1
    assert found.ends["session|works|works"] == 1


def test_blocking_an_app_refuses_its_tokens_and_its_grants(stan: User) -> None:
    web = ConnectedApp.objects.create(
        name="web", client_type="public", grant_types=["authorization_code"], redirect_uris="https://a.example/cb"
    )
    web.session_policy = "block"
    found = tally(Change.of(web))
    assert {each["after"] for each in found.integrations} == {"refused"}


def test_a_new_member_of_a_permission_set_is_asked(stan: User, paula: User) -> None:
    strict = PermissionSet.objects.create(name="Strict", two_factor_ui=True)
    found = tally(Change.of(strict), members={strict.pk: frozenset({str(stan.pk)})})
    assert set(found.names(Effect.ASKED)) == {"stan"}
    assert not found.names(Effect.ENROL)


def test_a_new_permission_set_is_tried_before_it_exists(stan: User) -> None:
    found = tally(Change.of(PermissionSet(name="New", two_factor_ui=True)), members={-1: frozenset({str(stan.pk)})})
    assert set(found.names(Effect.ASKED)) == {"stan"}


def test_moving_a_method_refuses_whom_nothing_helps(standard: Profile, stan: User) -> None:
    demanding(standard)
    standard.save()
    found = tally(Change.of(MethodLevel(method="authenticator_app", level="standard")))
    assert set(found.names(Effect.REFUSED)) == {"stan"}


def test_login_hours_are_no_reason_of_the_hour_of_the_preview(standard: Profile, stan: User) -> None:
    standard.login_hours = {"0": ["00:00", "00:01"]}
    assert not tally(Change.of(standard)).people


def test_deleting_a_policy_can_be_tried(client: Client, stan: User) -> None:
    rule("reports", "block")
    sign_in(client, stan)
    row = ResourcePolicy.objects.get(key="reports")
    assert tally(Change.deletion(row)).ends["session|refused|asks"] == 1


def test_it_costs_no_statement_for_a_session_that_nothing_changes_for(
    client: Client, standard: Profile, stan: User, django_assert_num_queries: Any
) -> None:
    sign_in(client, stan)
    scope = Draft((demanding(profile("Others")),)).scope(7)
    with django_assert_num_queries(11) as few:
        impact_replay.run(scope)
    row = UserSession.objects.get()
    for number in range(30):
        row.pk = f"copy{number:028}"
        row.save(force_insert=True)
    with django_assert_num_queries(len(few.captured_queries)):
        impact_replay.run(scope)


# The administration


def preview(desk: Client, url: str, **values: Any) -> Any:
    form = desk.get(url).context["adminform"].form
    sent = {f.html_name: f.value() for f in form if f.value() not in (None, False, {}, []) and f.name in form.fields}
    return desk.post(url, {**sent, **values, "_preview": "Preview"})


def address(of: Any) -> str:
    return f"/admin/sessions_policy/{of._meta.model_name}/{of.pk}/change/"


def test_the_form_says_what_it_would_do_and_saves_nothing(
    desk: Client, standard: Profile, stan: User, paula: User, script: ConnectedApp
) -> None:
    page = preview(desk, address(standard), required_level=HIGH)
    text = text_of(page)
    assert "1 person must set up a method, 1 person is newly asked and 1 integration breaks." in text.replace(",  ", ", ")
    assert "paula" in text
    assert "script: Username and password Standard User Works Refused" in text
    standard.refresh_from_db()
    assert standard.required_level == "none"
    assert page.context["adminform"].form["required_level"].value() == HIGH


def test_a_wrong_form_is_not_tried(desk: Client, standard: Profile) -> None:
    page = preview(desk, address(standard), ip_ranges="nonsense")
    assert "ip_ranges" in page.context["adminform"].form.errors
    assert "impact_run" not in page.context


def test_what_would_shut_out_is_tried_all_the_same(desk: Client, ada: User) -> None:
    page = preview(desk, address(ada.profile), ip_ranges="192.0.2.0/24")
    assert "This would shut you out" in text_of(page)
    assert "impact_run" in page.context


def test_what_takes_protection_away_needs_no_reason_to_be_tried(desk: Client) -> None:
    assured = profile("Assured", required_level=HIGH)
    page = preview(desk, address(assured), required_level="none")
    assert not page.context["adminform"].form.errors
    assert page.context["impact"] is not None


def test_saved_as_report_only_it_is_watched_and_asks_nobody(desk: Client, standard: Profile) -> None:
    response = fill_in(desk, address(standard), required_level=HIGH, _report_only="1")
    assert response.status_code == 302, response.context["adminform"].form.errors
    standard.refresh_from_db()
    assert (standard.required_level, standard.required_level_mode, standard.ip_ranges_mode) == (HIGH, "report_only", "on")


def test_a_resource_is_saved_as_report_only_whole(desk: Client) -> None:
    assert fill_in(
        desk, "/admin/sessions_policy/resourcepolicy/add/?key=export", action="raise", _report_only="1"
    ).status_code in (200, 302)
    assert ResourcePolicy.objects.get(key="export").mode == "report_only"


def test_a_deletion_is_tried_and_deletes_nothing(desk: Client, stan: User) -> None:
    rule("reports", "block")
    row = ResourcePolicy.objects.get(key="reports")
    url = f"/admin/sessions_policy/resourcepolicy/{row.pk}/delete/"
    page = desk.post(url, {"_preview": "1"})
    assert page.context["impact"] is not None
    assert ResourcePolicy.objects.filter(pk=row.pk).exists()


def test_a_move_between_the_columns_is_tried(desk: Client, standard: Profile, stan: User) -> None:
    demanding(standard)
    standard.save()
    page = desk.post("/admin/sessions_policy/methodlevel/", {"move": "recovery_code:standard", "_preview": "1"})
    assert page.context["impact"] is not None
    assert not MethodLevel.objects.exists()


def test_an_app_is_tried(desk: Client, stan: User, script: ConnectedApp) -> None:
    script.full_clean(exclude=("client_secret",))
    page = preview(desk, f"/admin/oauth/connectedapp/{script.pk}/change/", session_policy="block")
    assert not page.context["adminform"].form.errors
    assert [row.after for row in page.context["impact"].integrations] == ["Refused"]
    script.refresh_from_db()
    assert script.session_policy == "allow"


@pytest.fixture
def tried(desk: Client, standard: Profile, stan: User, paula: User, script: ConnectedApp) -> ImpactRun:
    preview(desk, address(standard), required_level=HIGH)
    return ImpactRun.objects.get()


def test_the_result_has_a_page_and_a_file(desk: Client, tried: ImpactRun) -> None:
    page = desk.get(f"/admin/sessions_policy/impactrun/{tried.pk}/change/")
    assert "paula" in text_of(page)
    assert "Looked at:" in text_of(page)
    sent = desk.get(f"/admin/sessions_policy/impactrun/{tried.pk}/file/")
    rows = list(csv.DictReader(b"".join(sent.streaming_content).decode().splitlines()))  # type: ignore[attr-defined]
    assert {(row["effect"], row["who"] or row["what"]) for row in rows} == {
        ("must_enrol", "paula"), ("newly_asked", "stan"), ("newly_refused", "script: Username and password"),
    }  # fmt: skip


def test_the_file_is_an_export(desk: Client, tried: ImpactRun) -> None:
    rule("export", "raise", 1)
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        asked = desk.get(f"/admin/sessions_policy/impactrun/{tried.pk}/file/")
    assert asked.headers["Location"].startswith("/step-up/")


def test_the_people_are_written_to_each_on_their_own(desk: Client, tried: ImpactRun) -> None:
    url = f"/admin/sessions_policy/impactrun/{tried.pk}/mail/"
    assert "2 people get this mail" in text_of(desk.get(url))
    assert desk.post(url, {"subject": "Soon", "message": "Please enrol."}).status_code == 302
    assert sorted(letter.to for letter in mail.outbox) == [["paula@example.org"], ["stan@example.org"]]
    assert "Please enrol." in mail.outbox[0].body
    assert "Why you: The profile Standard User requires High Assurance at login." in mail.outbox[0].body
    tried.refresh_from_db()
    assert tried.mailed is not None


def test_nobody_is_written_to_without_a_text(desk: Client, tried: ImpactRun) -> None:
    assert desk.post(f"/admin/sessions_policy/impactrun/{tried.pk}/mail/", {"subject": "", "message": ""}).status_code == 200
    assert mail.outbox == []


def test_somebody_elses_result_asks_for_the_right(client: Client, tried: ImpactRun) -> None:
    rule("admin", "allow")
    sign_in(client, person("helen", is_staff=True))
    for act in ("change", "file", "mail", "stop", "restart"):
        assert client.get(f"/admin/sessions_policy/impactrun/{tried.pk}/{act}/").status_code in (302, 403)
    assert client.get(f"/admin/sessions_policy/impactrun/{tried.pk}/change/").status_code != 200


# Beside the request


def waiting(run: ImpactRun) -> ImpactRun:
    for _try in range(100):
        run.refresh_from_db()
        if run.state != ImpactRun.State.RUNNING:
            return run
        time.sleep(0.05)
    raise AssertionError(run.state)


@pytest.mark.django_db(transaction=True)
def test_what_takes_long_is_counted_beside_the_request(standard: Profile, stan: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(impact_jobs, "AT_ONCE", 0)
    run = impact_jobs.start(Draft((demanding(standard),)), title="x", days=7, author=None)
    found = waiting(run)
    assert found.state == ImpactRun.State.DONE
    assert "stan" in Tally.from_json(found.result).names(Effect.ASKED)


def test_a_page_of_a_run_says_how_far_it_is_and_looks_again(desk: Client) -> None:
    run = ImpactRun.objects.create(title="x", days=7, revision=0, draft={"changes": [], "members": {}}, total=10, done=4)
    page = desk.get(f"/admin/sessions_policy/impactrun/{run.pk}/change/").content.decode()
    assert '<meta http-equiv="refresh" content="2">' in page
    assert 'value="4" max="10"' in page


def test_a_run_can_be_stopped_and_begun_again(desk: Client, standard: Profile, stan: User) -> None:
    draft = Draft((demanding(standard),)).as_json()
    run = ImpactRun.objects.create(title="x", days=7, revision=0, draft=draft, total=3)
    url = f"/admin/sessions_policy/impactrun/{run.pk}/"
    desk.post(f"{url}stop/")
    assert "The counting was stopped." in text_of(desk.get(f"{url}change/"))
    desk.post(f"{url}restart/")
    assert "stan" in text_of(desk.get(f"{url}change/"))


def test_whoever_counts_stops_when_told(standard: Profile, stan: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(impact_replay, "STEP", 1)
    run = ImpactRun.objects.create(title="x", days=7, revision=0, draft=Draft((demanding(standard),)).as_json(), total=3)
    impact_jobs.stop(run)
    assert impact_jobs.count(run) is None


def test_a_run_that_nobody_counts_any_more_says_so(desk: Client) -> None:
    run = ImpactRun.objects.create(title="x", days=7, revision=0, draft={"changes": [], "members": {}}, total=10)
    ImpactRun.objects.update(beat=timezone.now() - timedelta(minutes=5))
    assert "The counting ended before it was finished." in text_of(
        desk.get(f"/admin/sessions_policy/impactrun/{run.pk}/change/")
    )


def test_the_report_names_a_sample_and_its_gaps(standard: Profile, stan: User) -> None:
    run = impact_jobs.start(Draft((demanding(standard),)), title="x", days=1, author=None)
    coverage = " ".join(impact_report.of(run).coverage)
    assert "of the last day" in coverage
    assert "Of pages that simply opened, 0 of 100 are written down" in coverage
    assert "Not covered:" in coverage
