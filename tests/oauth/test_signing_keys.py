"""The keys that sign ID tokens: rotated by a command and a button, published as long as they are needed, never shown."""

from __future__ import annotations

import base64
import io
import json
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import checks
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.utils import timezone
from jwcrypto.jwk import JWK

from oauth import key_rotation, signing_keys
from oauth.models import SigningKey
from sessions_policy import policy_book
from sessions_policy.models import PolicyRevision
from tests.accounts.people import give_authenticator, person, profile, sign_in
from tests.oauth.test_races import together
from tests.oauth.world import app, authorize_url, text, tokens

KEYS = "/admin/oauth/signingkey/"


@pytest.fixture
def desk(db: None) -> Client:
    ada = person("ada", profile("System Administrator", required_level="high_assurance"), is_staff=True, is_superuser=True)
    client = Client()
    sign_in(client, ada, give_authenticator(ada))
    return client


def kids() -> list[str]:
    """Return the ids in the key set, the signing key first."""
    return [each["kid"] for each in Client().get("/oauth/jwks.json").json()["keys"]]


def signs() -> str:
    """Return the id of the key that signs now, as a token says it."""
    header = signing_keys.sign({"sub": "1"}).split(".")[0]
    padded = header + "=" * (-len(header) % 4)
    return str(json.loads(base64.urlsafe_b64decode(padded))["kid"])


def rotate(**options: Any) -> key_rotation.Rotation:
    done = key_rotation.rotate(**options)
    policy_book.refresh()
    return done


def command(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("oauth_rotate_keys", *arguments, "--json", stdout=out)
    policy_book.refresh()
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


@pytest.mark.django_db
class TestRotation:
    def test_until_the_first_one_the_key_of_the_settings_signs(self) -> None:
        own = signing_keys.of_the_settings().thumbprint()
        assert kids() == [own] and signs() == own and not SigningKey.objects.exists()

    def test_the_new_key_signs_and_the_old_one_stays_published(self) -> None:
        before = signing_keys.sign({"sub": "1"})
        old = signs()
        done = rotate()
        assert (done.signed_before, signs()) == (old, done.signs) and done.signs != old
        assert kids() == [done.signs, old]
        assert signing_keys.read_own(before) == {"sub": "1"}
        with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
            policy_book.refresh()
            assert kids() == [done.signs] and signing_keys.read_own(before) is None

    def test_no_grace_ends_the_old_one_at_once(self) -> None:
        before = signing_keys.sign({"sub": "1"})
        done = rotate(grace=timedelta())
        assert kids() == [done.signs] and signing_keys.read_own(before) is None

    def test_a_key_that_was_published_ahead_takes_over(self) -> None:
        ahead = key_rotation.publish_next()
        policy_book.refresh()
        old = signs()
        assert set(kids()) == {ahead.kid, old} and old != ahead.kid
        with pytest.raises(key_rotation.RotationRefused):
            key_rotation.publish_next()
        assert rotate().signs == ahead.kid == signs()
        assert SigningKey.objects.filter(state="next").count() == 0

    def test_private_halves_are_encrypted_and_gone_when_they_sign_no_more(self) -> None:
        rotate()
        first = SigningKey.objects.get(state="active")
        assert first.private_key_encrypted and "PRIVATE" not in first.private_key_encrypted
        rotate()
        first.refresh_from_db()
        assert (first.state, first.private_key_encrypted) == ("old", "")
        kept = json.dumps([[each.before, each.after] for each in PolicyRevision.objects.filter(policy="oauth.signingkey")])
        assert "private" not in kept and '"d"' not in kept

    def test_the_key_set_has_no_private_part(self) -> None:
        rotate()
        for each in Client().get("/oauth/jwks.json").json()["keys"]:
            assert set(each) == {"kty", "n", "e", "use", "alg", "kid"} and not JWK(**each).has_private

    def test_id_tokens_verify_across_a_rotation(self, client: Client) -> None:
        web = app()
        sign_in(client, person("alice"))
        before = tokens(client, web, scope="openid")["id_token"]
        rotate()
        after = tokens(client, web, scope="openid")["id_token"]
        published = {each["kid"]: JWK(**each) for each in Client().get("/oauth/jwks.json").json()["keys"]}
        for token in (before, after):
            assert any(signing_keys.verified_claims(token, each) for each in published.values())
        hinted = client.get(authorize_url(web, scope="openid", prompt="none", id_token_hint=before))
        assert "code=" in hinted.headers["Location"]

    def test_a_grace_that_makes_no_sense_is_refused(self) -> None:
        for grace in (timedelta(days=-1), timedelta(days=400)):
            with pytest.raises(key_rotation.RotationRefused):
                key_rotation.rotate(grace)
        with pytest.raises(key_rotation.RotationRefused):
            key_rotation.rotate(expected="another")
        assert not SigningKey.objects.exists()


@pytest.mark.django_db
class TestTheCommand:
    def test_it_rotates_and_says_what_it_did(self) -> None:
        old = signs()
        told = command("--grace", "12h")
        assert told["signed_before"] == old and told["signs"] == signs() and not told["dry_run"]
        row = SigningKey.objects.get(kid=old)
        assert row.retires_at is not None
        assert timedelta(hours=11) < row.retires_at - timezone.now() <= timedelta(hours=12)
        assert PolicyRevision.objects.filter(reason="oauth_rotate_keys").exists()

    def test_it_says_what_it_would_do(self) -> None:
        told = command("--dry-run")
        assert told["dry_run"] and told["signed_before"] == signs() and not SigningKey.objects.exists()
        assert command("--dry-run", "--publish-next") == {"published": "", "dry_run": True}

    def test_it_publishes_the_next_key(self) -> None:
        assert command("--publish-next")["published"] in kids()
        with pytest.raises(CommandError, match="published already") as refused:
            command("--publish-next")
        assert refused.value.returncode == 2

    def test_what_is_no_time_is_a_usage_error(self) -> None:
        for grace in ("soon", "7", "-1d", "9999d"):
            with pytest.raises(CommandError):
                call_command("oauth_rotate_keys", f"--grace={grace}")

    def test_it_answers_people(self) -> None:
        out = io.StringIO()
        call_command("oauth_rotate_keys", stdout=out)
        assert "signed before" in out.getvalue()


@pytest.mark.django_db
def test_an_old_key_is_warned_of() -> None:
    def warnings() -> list[str]:
        return [str(each.id) for each in checks.run_checks(include_deployment_checks=True) if each.id == "oauth.W001"]

    assert warnings() == []
    key_rotation.rotate()
    assert warnings() == []
    SigningKey.objects.filter(state="active").update(activated_at=timezone.now() - timedelta(days=200))
    assert warnings() == ["oauth.W001"]


class TestTheAdministration:
    def test_the_list_says_which_key_signs_and_shows_nothing_private(self, desk: Client) -> None:
        page = text(desk.get(KEYS))
        assert signs() in page and "It is the key of the settings" in page
        rotate()
        page = desk.get(KEYS).content.decode()
        row = SigningKey.objects.get(state="active")
        assert row.private_key_encrypted not in page and "retiring: still published" in page
        change = desk.get(f"{KEYS}{row.pk}/change/").content.decode()
        assert row.private_key_encrypted not in change and row.kid in change
        assert desk.post(f"{KEYS}{row.pk}/delete/", {"post": "yes"}).status_code == 403

    def test_the_button_rotates_once_for_two_people_who_press_it(self, desk: Client) -> None:
        seen = signs()
        fields = {"act": "rotate", "grace": "7", "reason": "yearly", "expected": seen}
        assert desk.post(f"{KEYS}rotate/", fields).status_code == 302
        policy_book.refresh()
        again = desk.post(f"{KEYS}rotate/", fields)
        assert again.status_code == 200 and "Another rotation was first" in text(again)
        assert SigningKey.objects.count() == 2
        revision = PolicyRevision.objects.filter(policy="oauth.signingkey", reason="yearly").first()
        assert revision is not None and revision.author is not None and revision.author_level == "high_assurance"

    def test_the_next_key_is_published_ahead(self, desk: Client) -> None:
        assert "Only publish the next key" in text(desk.get(f"{KEYS}rotate/"))
        assert desk.post(f"{KEYS}rotate/", {"act": "publish"}).status_code == 302
        policy_book.refresh()
        assert len(kids()) == 2 and "takes over" in text(desk.get(f"{KEYS}rotate/"))
        assert "published already" in text(desk.post(f"{KEYS}rotate/", {"act": "publish"}))


@pytest.mark.django_db(transaction=True)
class TestSeveralWorkers:
    def test_another_worker_signs_with_the_new_key_within_a_second(self) -> None:
        seen: list[str] = []
        go_on, stop = threading.Event(), threading.Event()

        def work() -> None:
            try:
                seen.append(signs())
                go_on.set()
                stop.wait(10)
                seen.append(signs())
            finally:
                connections.close_all()

        worker = threading.Thread(target=work)
        worker.start()
        go_on.wait(10)
        done = key_rotation.rotate()
        time.sleep(policy_book.CHECK_EVERY + 0.1)
        stop.set()
        worker.join()
        assert seen == [done.signed_before, done.signs]

    def test_of_rotations_at_the_same_moment_one_wins(self) -> None:
        expected = signing_keys.ring().active.thumbprint()

        def press() -> str:
            try:
                return key_rotation.rotate(expected=expected).signs
            except key_rotation.RotationRefused:
                return ""

        answers = together(press)
        assert len([each for each in answers if each]) == 1
        assert SigningKey.objects.filter(state="active").count() == 1 and SigningKey.objects.count() == 2
