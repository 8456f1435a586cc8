"""What pages are called, for sentences about them: "Reports asks you to confirm again"."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.text import capfirst

from . import resources
from .doors import mark_of

# What a page is called, or what tells it from the page's path and query.
Name = str | Promise | Callable[[str], str]
_NAMES: dict[str, Name] = {}


def register(url_name: str, name: Name) -> None:
    """Give the page with that name in the URL configuration a name for people."""
    _NAMES[url_name] = name


def name_of(path: str) -> str:
    """Return what the page at ``path`` is called; "" for one without a name, and for no page."""
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return ""
    found = _NAMES.get(match.view_name, "")
    if callable(found):
        return found(path)
    return str(found) or _name_of_area(match.func)


def _name_of_area(view: Callable[..., object]) -> str:
    owner = getattr(view, "model_admin", None)
    if owner is not None:
        return capfirst(str(owner.opts.verbose_name_plural))
    keys = mark_of(view).asked.resources
    return str(resources.find(keys[-1]).label) if keys else ""
