"""Login hours as people write them."""

from __future__ import annotations

import pytest

from sessions_policy import login_hours
from sessions_policy.login_hours import NoHours


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("", {}),
        (" \n\n", {}),
        ("Mon 08:00-18:00", {"0": ["08:00", "18:00"]}),
        ("mon 8:00 - 18:00", {"0": ["08:00", "18:00"]}),
        ("Monday 08:00–18:00\r\nsun 10:00-24:00", {"0": ["08:00", "18:00"], "6": ["10:00", "24:00"]}),
        ("Mon-Wed 08:00-18:00", {day: ["08:00", "18:00"] for day in "012"}),
        ("Sat - Mon 00:00-24:00", {day: ["00:00", "24:00"] for day in "056"}),
    ],
)
def test_lines_are_read(text: str, hours: dict[str, list[str]]) -> None:
    assert login_hours.read(text) == hours


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Mon 08:00", "Line 1: “Mon 08:00” is not understood. Write it like Mon 08:00-18:00."),
        ("always", "Line 1: “always” is not understood."),
        ("Mon 08:00-18:00\nFoo 08:00-18:00", "Line 2: “Foo 08:00-18:00” names no day."),
        ("Mon 18:00-08:00", "Line 1: 18:00 to 08:00 is no time of one day."),
        ("Mon 08:00-24:01", "08:00 to 24:01 is no time"),
        ("Mon 08:70-09:00", "08:70 to 09:00 is no time"),
        ("Mon-Fri 08:00-18:00\nTue 09:00-10:00", "Line 2: Tuesday has its hours already."),
        ('{"0": ["08:00", "18:00"]}', "is not understood"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(NoHours) as wrong:
        login_hours.read(text)
    assert said in str(wrong.value)


def test_what_is_stored_is_written_as_it_is_read() -> None:
    stored = {"0": ["08:00", "18:00"], "5": ["00:00", "24:00"]}
    assert login_hours.in_words(stored) == "Mon 08:00-18:00\nSat 00:00-24:00"
    assert login_hours.read(login_hours.in_words(stored)) == stored
