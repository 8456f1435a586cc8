"""``{% load session_level %}``: the level badge, and "would this door open?"."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest

from .. import texts
from ..levels import Level
from ..session_security import SessionSecurity

register = template.Library()


@register.inclusion_tag("session_level_badge.html", takes_context=True)
def session_level_badge(context: dict[str, Any]) -> dict[str, Any]:
    """Show the level of the request's session; nothing for anonymous visitors."""
    request: HttpRequest | None = context.get("request")
    level: Level = getattr(request, "session_level", Level.NONE)
    return {"level": level, "name": texts.level_name(level)}


@register.simple_tag(takes_context=True)
def can_access(context: dict[str, Any], resource: str) -> bool:
    """Whether the request's session may open ``resource`` as it is now."""
    return SessionSecurity.of(context["request"]).opens(resource)


@register.filter
def method_name(method: str) -> str:
    """Return a method's name in words."""
    return texts.method_name(method)


@register.filter
def level_name(level: Level) -> str:
    """Return a level's name in words."""
    return texts.level_name(level)
