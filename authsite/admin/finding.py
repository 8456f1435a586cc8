"""One box that finds things from the administration's first page: by a reference, a name, a username, an address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite, ModelAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst

from sessions_policy import events, gate
from sessions_policy.gate import Asked

# What is found by the reference that a person was shown, and what by its name.
BY_REFERENCE = ("DecisionRecord", "LoginRecord", "VerificationRecord")
BY_NAME = ("User", "ConnectedApp", "Profile", "PermissionSet", "LoginFlow")
MOST = 20


@dataclass(frozen=True, slots=True)
class Found:
    """One row: what it is, more about it, and its page."""

    name: str
    more: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind. ``asks`` says that its area asks for more than this session has; then nothing is shown."""

    title: str
    rows: list[Found]
    url: str
    asks: bool = False


def find(site: AdminSite, request: HttpRequest, term: str) -> list[Group]:
    """Return what ``term`` finds, by kind, of what the person may see; kinds without anything are left out."""
    return [group for group in _groups(site, request, term) if group is not None]


def _groups(site: AdminSite, request: HttpRequest, term: str) -> Iterator[Group | None]:
    reference = events.reference_in(term)
    for owner in _owners(site, BY_REFERENCE if reference else ()):
        yield _group(owner, request, reference, owner.get_queryset(request).filter(reference=reference))
    for owner in _owners(site, BY_NAME):
        rows, may_repeat = owner.get_search_results(request, owner.get_queryset(request), term)
        yield _group(owner, request, term, rows.distinct() if may_repeat else rows)


def _owners(site: AdminSite, names: tuple[str, ...]) -> Iterator[ModelAdmin[Any]]:
    by_name = {model.__name__: owner for model, owner in site._registry.items()}  # noqa: SLF001 - the way that there is
    yield from (by_name[name] for name in names if name in by_name)


def _group(owner: ModelAdmin[Any], request: HttpRequest, term: str, rows: QuerySet[Any]) -> Group | None:
    if not owner.has_view_or_change_permission(request):
        return None
    options = owner.opts
    place = f"admin:{options.app_label}_{options.model_name}"
    title, url = capfirst(str(options.verbose_name_plural)), reverse(f"{place}_changelist") + "?" + urlencode({"q": term})
    area = getattr(owner, "policy_resource", "")
    # SECURITY: what the area would ask for before it shows its list, it asks for here as well.
    if area and not gate.opens(request, Asked(resources=(area,))):
        return Group(title, [], url, asks=True)
    found = [Found(str(row), _more(row), reverse(f"{place}_change", args=(row.pk,))) for row in rows[:MOST]]
    return Group(title, found, url) if found else None


def _more(row: Model) -> str:
    at, user, email = (getattr(row, name, None) for name in ("at", "user", "email"))
    parts = [f"{at:%Y-%m-%d %H:%M %Z}" if at else "", str(user) if user else "", str(email) if email else ""]
    return " · ".join(filter(None, parts))
