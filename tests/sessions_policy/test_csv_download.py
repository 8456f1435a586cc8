"""CSV files: what strangers typed is never run by a spreadsheet."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sessions_policy import csv_download


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =HYPERLINK(1)"])
def test_a_formula_becomes_text(typed: str) -> None:
    assert csv_download.cell(typed) == "'" + typed


def test_numbers_stay_numbers_and_nothing_is_empty() -> None:
    assert [csv_download.cell(value) for value in (-3, 1.5, None, "", "plain")] == [-3, 1.5, "", "", "plain"]


def test_times_are_written_so_that_they_sort() -> None:
    assert csv_download.cell(datetime(2026, 11, 24, 12, tzinfo=UTC)) == "2026-11-24T12:00:00+00:00"


def test_quotes_and_commas_survive() -> None:
    assert "".join(csv_download.lines(["a", "b"], [['say "hi"', "1,5"]])) == 'a,b\r\n"say ""hi""","1,5"\r\n'


def test_a_download_is_a_file_with_the_day_and_nobody_keeps_it() -> None:
    response = csv_download.download("sign-ins", ["a"], [[1]])
    assert b"".join(response.streaming_content) == b"a\r\n1\r\n"  # type: ignore[arg-type]
    assert response["Content-Disposition"].startswith('attachment; filename="sign-ins-20')
    assert response["Cache-Control"] == "no-store"
