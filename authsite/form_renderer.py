"""Renders form fields. Plain inputs are put together here, character for character as Django's templates would.

Django starts its template engine three times for one ``<input>``; that was a sixth of what a page with a form costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeData, SafeString, mark_safe

# Those whose template is Django's input.html and nothing else.
INPUTS = frozenset(
    f"django/forms/widgets/{kind}.html"
    for kind in (
        "checkbox",
        "color",
        "date",
        "datetime",
        "email",
        "hidden",
        "number",
        "password",
        "search",
        "tel",
        "text",
        "url",
    )
)


class FormRenderer(DjangoTemplates):
    """Django's own renderer, with a short way for plain inputs."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> SafeString:
        """Return the HTML of a widget, a field or a form."""
        if template_name in INPUTS:
            return input_tag(context["widget"])
        return super().render(template_name, context, request)  # type: ignore[return-value]


def input_tag(widget: Mapping[str, Any]) -> SafeString:
    """Return the ``<input>`` of ``widget``, the context that Django gives to a widget's template."""
    value = widget["value"]
    parts = [f'<input type="{conditional_escape(widget["type"])}" name="{conditional_escape(widget["name"])}"']
    if value is not None:
        parts.append(f' value="{_text(value)}"')
    for name, setting in widget["attrs"].items():
        if setting is False:
            continue
        parts.append(f" {conditional_escape(name)}" if setting is True else f' {conditional_escape(name)}="{_text(setting)}"')
    return mark_safe("".join(parts) + ">")  # noqa: S308 - every value was escaped


def _text(value: Any) -> str:
    # SECURITY: escaped unless it is marked safe already, as everything that a template prints.
    return value if isinstance(value, SafeData) else conditional_escape(str(value))  # type: ignore[return-value]
