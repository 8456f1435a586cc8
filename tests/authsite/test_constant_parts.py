"""Parts of pages that are kept: the same for everybody, and for each language once."""

from __future__ import annotations

import pytest
from django.template import TemplateSyntaxError, engines
from django.test import RequestFactory
from django.urls import set_script_prefix
from django.utils import translation

DJANGO = engines["django"]
PART = DJANGO.from_string(
    '{% load constant i18n %}{% constant %}<a href="{% url "home" %}">{% translate "Password" %}</a>{% endconstant %}'
)


@pytest.mark.parametrize(
    "inside", ["{{ user }}", "{% if user %}{{ user.username }}{% endif %}", "{% csrf_token %}", "{% include name %}"]
)
def test_what_belongs_to_somebody_has_no_place_in_it(inside: str) -> None:
    with pytest.raises(TemplateSyntaxError, match="same for everybody"):
        DJANGO.from_string("{% load constant %}{% constant %}" + inside + "{% endconstant %}")


def test_each_language_has_its_own() -> None:
    request = RequestFactory().get("/")
    with translation.override("de"):
        german = PART.render({}, request)
    with translation.override("en"):
        english = PART.render({}, request)
    assert (german, english) == ('<a href="/">Passwort</a>', '<a href="/">Password</a>')


def test_addresses_keep_the_prefix_of_the_script() -> None:
    assert PART.render({}) == '<a href="/">Password</a>'
    set_script_prefix("/under/")
    try:
        assert PART.render({}) == '<a href="/under/">Password</a>'
    finally:
        set_script_prefix("/")
