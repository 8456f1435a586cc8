"""Every address of the site, and the rule that stands before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from sessions_policy import permissions
from sessions_policy.doors import mark_of
from sessions_policy.gate import Asked
from sessions_policy.levels import Level

ENFORCER = "sessions_policy.middleware.SessionLevelMiddleware"


@dataclass(frozen=True, slots=True)
class Rule:
    """What one address asks.

    ``kind`` is ``open``, ``session`` (signed in, at the profile's level), ``api`` (the same for programs, by session or
    token), ``own`` (permissions of the view's own) or ``none``: nothing stands before it. ``resources`` and ``level`` are
    asked on top; a resource may depend on the method.
    """

    kind: str
    resources: tuple[str, ...] = ()
    level: Level = Level.NONE
    max_age: int | None = None
    permissions: tuple[str, ...] = ()
    during_login: bool = False

    def in_words(self) -> str:
        """Return the rule in words."""
        if self.kind == "none":
            return "NO RULE"
        if self.kind == "open":
            return "open to all" + (", also in the middle of a login" if self.during_login else "")
        words = {"session": "signed in", "api": "signed in, or a token", "own": "its own: " + ", ".join(self.permissions)}
        asked = [f"resource {key}" for key in self.resources]
        if self.level > Level.NONE:
            asked.append(
                f"level {self.level.slug}" + (f", proven within {self.max_age} s" if self.max_age is not None else "")
            )
        return "; ".join([words[self.kind], *asked])


@dataclass(frozen=True, slots=True)
class Address:
    """A path as the URL configuration writes it, its name ("" when it has none), its view and its rule."""

    path: str
    name: str
    view: str
    rule: Rule


def addresses() -> list[Address]:
    """Return every address, in the order in which they are tried."""
    return [
        Address(path, name, _dotted(view), rule_of(view)) for path, name, view in _walk(get_resolver().url_patterns, "/", "")
    ]


def rule_of(view: Callable[..., Any]) -> Rule:
    """Return the rule of ``view``. An API view without a permission has none, unless it is marked open."""
    mark, api_view = mark_of(view), getattr(view, "cls", None)
    if mark.open:
        return Rule("open", during_login=mark.during_login)
    if api_view is not None and issubclass(api_view, APIView):
        return _rule_of_api(api_view)
    # Whatever is not marked open is closed, by the middleware.
    return _asked("session", mark.asked) if ENFORCER in settings.MIDDLEWARE else Rule("none")


def _rule_of_api(view: type[APIView]) -> Rule:
    classes = [each for each in view.permission_classes if each is not AllowAny]
    names = tuple(getattr(each, "__name__", str(each)) for each in classes)
    if any(isinstance(each, type) and issubclass(each, permissions.HasSessionLevel) for each in classes):
        wanted = getattr(view, "policy_resource", ())
        if isinstance(wanted, dict):
            keys = [key for value in wanted.values() for key in ((value,) if isinstance(value, str) else value or ())]
            return Rule("api", tuple(dict.fromkeys(keys)), permissions=names)
        return _asked("api", permissions.asked_by(view), names)
    return Rule("own", permissions=names) if names else Rule("none")


def _asked(kind: str, asked: Asked, names: tuple[str, ...] = ()) -> Rule:
    return Rule(kind, asked.resources, asked.level, asked.max_age, names)


def _walk(patterns: list[Any], before: str, space: str) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for each in patterns:
        path = before + str(each.pattern).lstrip("^")
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _walk(each.url_patterns, path, inner)
        elif isinstance(each, URLPattern):
            yield path.removesuffix("$").replace("\\Z", ""), f"{space}{each.name}" if each.name else "", each.callback


def _dotted(view: Any) -> str:
    target = getattr(view, "cls", None) or getattr(view, "view_class", None) or view
    return f"{target.__module__}.{getattr(target, '__qualname__', type(target).__name__)}"
