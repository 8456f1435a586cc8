"""Charts: what is drawn is what is counted, and whoever does not see it reads the same numbers."""

from __future__ import annotations

import re

from django.template.loader import render_to_string

from sessions_policy import charts
from sessions_policy.charts import Row


def drawn(chart: charts.Chart) -> str:
    return render_to_string("_chart.html", {"chart": chart})


def two_levels() -> charts.Chart:
    rows = [Row("Password", (30, 10)), Row("Passkey", (0, 20))]
    return charts.bars("levels", "By method", "Method", rows, series=("Standard", "High Assurance"))


def test_a_bar_is_as_long_as_its_number() -> None:
    first, second, third = two_levels().boxes
    assert (first.width, second.width, third.width) == (270, 90, 180)
    assert (second.x, first.y) == (270, second.y)
    assert third.y > second.y


def test_shares_fill_the_picture_whatever_the_numbers_are() -> None:
    rows = [Row("Before", (3, 1)), Row("After", (300, 100))]
    widths = [box.width for box in charts.bars("x", "X", "Name", rows, series=("Works", "Asks"), shares=True).boxes]
    assert widths == [270, 90, 270, 90]


def test_a_column_stands_on_the_ground_and_its_parts_on_one_another() -> None:
    rows = [Row("1 Nov", (1, 3)), Row("2 Nov", (0, 0))]
    lower, upper = charts.columns("days", "By day", "Day", rows, series=("Standard", "High Assurance")).boxes
    assert lower.y + lower.height == charts.COLUMNS_HIGH
    assert upper.y + upper.height == lower.y
    assert upper.height == 3 * lower.height


def test_few_of_many_days_have_a_label_that_can_be_read() -> None:
    rows = [Row(f"day {n}", (n,)) for n in range(31)]
    chart = charts.columns("days", "By day", "Day", rows, series=("Sign-ins",))
    assert [label.text for label in chart.labels if label.text.startswith("day")] == [
        "day 0",
        "day 6",
        "day 12",
        "day 18",
        "day 24",
        "day 30",
    ]


def test_the_picture_has_a_name_and_says_its_numbers() -> None:
    page = drawn(two_levels())
    assert 'role="img" aria-labelledby="levels-title levels-text"' in page
    assert (
        '<desc id="levels-text">Password: Standard 30, High Assurance 10; Passkey: Standard 0, High Assurance 20</desc>'
        in page
    )


def test_the_table_holds_the_same_numbers() -> None:
    cells = re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", drawn(two_levels()))
    assert cells == ["Method", "Standard", "High Assurance", "Password", "30", "10", "Passkey", "0", "20"]


def test_series_differ_by_more_than_their_colour() -> None:
    page = drawn(two_levels())
    assert 'fill="url(#levels-2)"' in page
    assert 'id="levels-2"' in page


def test_nothing_is_styled_inside_the_page() -> None:
    for chart in (two_levels(), charts.sparkline("line", "Course", "Day", [Row("a", (1,)), Row("b", (3,))])):
        assert "style" not in drawn(chart)


def test_names_are_text_and_not_markup() -> None:
    page = drawn(charts.bars("x", "X", "Name", [Row("<script>alert(1)</script>", (1,))]))
    assert "<script>" not in page


def test_without_numbers_there_is_a_sentence_and_no_picture() -> None:
    page = drawn(charts.bars("x", "X", "Name", [Row("Nobody", (0,))]))
    assert "Nothing to show." in page
    assert "<svg" not in page


def test_a_line_goes_through_every_number() -> None:
    chart = charts.sparkline("line", "Course", "Day", [Row("a", (0,)), Row("b", (10,)), Row("c", (5,))])
    assert chart.line == "0.0,26.0 60.0,2.0 120.0,14.0"


def test_the_largest_counts_come_first_under_their_names() -> None:
    rows = charts.counted({"a": 1, "b": 5, "c": 3}, names={"b": "Bee"}, most=2)
    assert [(row.name, row.numbers) for row in rows] == [("Bee", (5,)), ("c", (3,))]
