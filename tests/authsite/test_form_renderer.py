"""Inputs look exactly as Django's own templates make them."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from accounts.forms import ActivationForm, AuthenticatorCodeForm, EnrolForm, LoginForm, RecoveryCodeForm
from authsite.form_renderer import INPUTS, FormRenderer

ODD = "\"><script>alert('x')</script>&"
ATTRIBUTES: list[dict[str, Any]] = [
    {},
    {"autofocus": True, "required": False, "maxlength": 100},
    {"data-x": ODD, ODD: "value", "aria-label": gettext_lazy("Password")},
    {"title": mark_safe("&amp; safe"), "step": 1.5, "min": 0, "pattern": r"[0-9\s\-]*", "none": None, "pair": ("a", ODD)},
]
VALUES = [None, "", "alice", ODD, 0, 7, False, mark_safe("&lt;"), gettext_lazy("Phone"), ("a", "b")]


def test_it_is_the_renderer_of_the_site() -> None:
    assert isinstance(get_default_renderer(), FormRenderer)


@pytest.mark.parametrize("template", sorted(INPUTS))
@pytest.mark.parametrize("attributes", ATTRIBUTES)
def test_an_input_is_that_of_the_template(template: str, attributes: dict[str, Any]) -> None:
    for value in VALUES:
        widget = {"type": "text", "name": ODD, "value": value, "attrs": attributes, "template_name": template}
        context = {"widget": widget}
        assert FormRenderer().render(template, context) == DjangoTemplates().render(template, context)


def test_every_template_of_the_list_is_no_more_than_an_input() -> None:
    loader = DjangoTemplates().engine.engine.template_loaders[0]
    folder = next(iter(loader.get_dirs())) / "django/forms/widgets"  # type: ignore[attr-defined]
    plain = {
        f"django/forms/widgets/{path.name}"
        for path in folder.iterdir()
        if path.read_text().strip() == '{% include "django/forms/widgets/input.html" %}'
    }
    assert plain >= INPUTS


@pytest.mark.parametrize("form", [LoginForm, AuthenticatorCodeForm, RecoveryCodeForm, ActivationForm, EnrolForm])
@pytest.mark.parametrize("sent", [None, {}, {"code": ODD, "name": ODD, "username": ODD, "password": ODD}])
def test_our_forms_look_as_with_the_stock_renderer(form: type[forms.Form], sent: dict[str, str] | None) -> None:
    ours, stock = form(sent, renderer=FormRenderer()), form(sent, renderer=DjangoTemplates())
    assert [str(field) for field in ours] == [str(field) for field in stock]
    assert [str(field.errors) for field in ours] == [str(field.errors) for field in stock]
