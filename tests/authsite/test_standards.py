"""What NIST SP 800-63B-4 and OWASP ASVS 5 ask of sessions, passwords and time-outs, and the tests that hold each line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent

# The line, what it asks, and where it is held: file and test.
LINES = {
    "63B 2.2.3 inactivity and overall limit": [
        "accounts/test_session_lifetime.py::test_a_session_ends_without_activity_and_says_so",
        "accounts/test_session_lifetime.py::test_a_session_has_a_longest_age",
    ],
    "63B 3.1.1.2 length, characters, blocklist, no composition": [
        "accounts/test_password_policy.py::test_it_is_long_where_it_stands_alone",
        "accounts/test_password_policy.py::test_whatever_can_be_typed_is_taken_whole",
        "accounts/test_password_policy.py::test_what_is_easily_guessed_is_refused",
    ],
    "63B 3.1.2 look-up secrets hashed, once": [
        "accounts/test_recovery_codes.py::test_a_code_has_eighty_bits_and_is_not_stored",
        "accounts/test_recovery_codes.py::test_a_code_works_once",
        "accounts/test_races.py::test_one_recovery_code_is_used_once",
    ],
    "63B 3.1.4 a one-time code once": ["accounts/test_races.py::test_one_code_opens_one_session"],
    "63B 3.2.2 limit of consecutive failures": [
        "accounts/test_throttle.py",
        "accounts/test_races.py::test_parallel_tries_do_not_outrun_the_count",
    ],
    "63B 4.1.2 binding another authenticator": ["accounts/test_enrolment.py"],
    "63B 4.6 notices": ["accounts/test_mails.py"],
    "63B 5.1 cookies and expiry at the server": ["authsite/test_environment.py", "sessions_policy/test_session_engine.py"],
    "63B 5.1.2 a token is not the presence of its user": ["oauth/test_bridge.py"],
    "63B 5.2 a warning before the end": ["browser_pages/test_time_out.py"],
    "ASVS V6.2.3 changing a password asks for the current one": ["accounts/test_throttle.py"],
    "ASVS V6.3.4 all ways in are equally strong": ["admin/test_entrance.py", "authsite/test_show_protected.py"],
    "ASVS V7.2.4 a new session token at every authentication": [
        "accounts/test_step_up.py",
        "sessions_policy/test_session_engine.py",
    ],
    "ASVS V7.4.2 who is switched off is out": ["admin/test_users.py::test_who_is_switched_off_is_out_at_once"],
    "ASVS V7.4.3 other sessions end with a changed factor": ["accounts/test_farewell.py"],
    "ASVS V7.4.5 administrators end sessions": ["admin/test_sessions.py"],
    "ASVS V7.5.1 a fresh proof before factors are changed": [
        "accounts/test_page_names.py::test_a_change_of_methods_says_what_asks"
    ],
    "ASVS V7.5.2 people see and end their sessions": [
        "browser_pages/test_security_page.py::test_other_sessions_are_ended_at_once"
    ],
    "ASVS V7.5.3 step-up": ["accounts/test_step_up.py"],
    "WCAG 2.2.1, 2.2.6 time-outs are told and extended": ["browser_pages/test_time_out.py"],
    "WCAG 2.1.1 by keyboard": ["admin/test_session_settings_in_a_browser.py::test_a_method_is_moved_by_keyboard_alone"],
    "WCAG 1.4.10 reflow": ["admin/test_session_settings_in_a_browser.py::test_the_columns_fit_a_phone_and_both_themes"],
    "WCAG 3.3.7 the username is kept": ["accounts/test_session_lifetime.py::test_a_session_ends_without_activity_and_says_so"],
    "WCAG 4.1.3 what happened is said": [
        "admin/test_session_settings_in_a_browser.py::test_it_says_how_many_sessions_change_and_what_goes"
    ],
}


@pytest.mark.parametrize("line", LINES)
def test_each_line_has_its_test(line: str) -> None:
    for place in LINES[line]:
        file, _colons, name = place.partition("::")
        text = (TESTS / file).read_text(encoding="utf-8")
        assert re.search(rf"^ *def {name or 'test_'}", text, re.MULTILINE), place


def test_every_error_page_is_used() -> None:
    root = TESTS.parent
    used = set(
        re.findall(r'_answer\(request, HTTPStatus\.\w+, "(\w+)"', (root / "authsite/errors.py").read_text(encoding="utf-8"))
    )
    assert {path.stem for path in (root / "templates/errors").glob("[!_]*.html")} == used
