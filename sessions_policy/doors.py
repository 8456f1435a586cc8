"""Marks on views: what a view asks of a session. Everything is closed unless marked open.

Each mark works on functions, with and without parentheses where it needs no argument, and as a mixin on class-based views::

    @high_assurance_required
    @high_assurance_required(max_age=900)
    @session_level_required("standard")
    @resource_policy("reports")
    @open_to_all

The middleware enforces the marks of views; DRF views are enforced by the permission, with the same names as attributes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar, overload

from . import resources as resource_registry
from .gate import Asked
from .levels import Level

View = TypeVar("View", bound=Callable[..., Any])
MARK = "session_mark"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a view asks. ``open`` means that anybody may come; ``during_login`` that a half-finished login may, too."""

    open: bool = False
    during_login: bool = False
    asked: Asked = Asked()


CLOSED = Mark()


def mark_of(view: Any) -> Mark:
    """Return what ``view`` asks. A view without a mark asks for a session at its profile's level."""
    found = getattr(view, MARK, None) or getattr(getattr(view, "view_class", None), MARK, None)
    mark = found if isinstance(found, Mark) else CLOSED
    admin = getattr(view, "model_admin", None)
    if admin is not None or hasattr(view, "admin_site"):
        area = getattr(admin, "policy_resource", "")
        asked = replace(mark.asked, resources=(*mark.asked.resources, "admin", *filter(None, (area,))))
        return replace(mark, open=False, asked=asked)
    return mark


def _set(target: View, mark: Mark) -> View:
    setattr(target, MARK, mark)
    return target


@overload
def open_to_all(view: View) -> View: ...
@overload
def open_to_all(*, during_login: bool = False) -> Callable[[View], View]: ...
def open_to_all(view: View | None = None, *, during_login: bool = False) -> Any:
    """Open a view to everybody; a test lists every view so marked."""

    def mark(target: View) -> View:
        target.login_required = False  # type: ignore[attr-defined]
        return _set(target, Mark(open=True, during_login=during_login))

    return mark if view is None else mark(view)


def session_level_required(level: Level | str, *, max_age: int | None = None) -> Callable[[View], View]:
    """Ask for ``level`` (a :class:`Level` or its name), proven at most ``max_age`` seconds ago if that is given."""
    wanted = level if isinstance(level, Level) else Level[level.upper()]

    def mark(target: View) -> View:
        old = getattr(target, MARK, CLOSED)
        return _set(target, replace(old, asked=replace(old.asked, level=wanted, max_age=max_age)))

    return mark


@overload
def high_assurance_required(view: View) -> View: ...
@overload
def high_assurance_required(*, max_age: int | None = None) -> Callable[[View], View]: ...
def high_assurance_required(view: View | None = None, *, max_age: int | None = None) -> Any:
    """Ask for High Assurance, proven at most ``max_age`` seconds ago if that is given."""
    mark = session_level_required(Level.HIGH_ASSURANCE, max_age=max_age)
    return mark if view is None else mark(view)


def resource_policy(*keys: str) -> Callable[[View], View]:
    """Ask for whatever administrators say about the resources ``keys``; an unknown key fails at import."""
    for key in keys:
        resource_registry.find(key)

    def mark(target: View) -> View:
        old = getattr(target, MARK, CLOSED)
        return _set(target, replace(old, asked=replace(old.asked, resources=(*old.asked.resources, *keys))))

    return mark


class OpenToAllMixin:
    """:func:`open_to_all` for class-based views."""

    login_required = False
    session_mark = Mark(open=True)

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., Any]:
        """Return the view, marked open for Django's own login middleware as well."""
        view: Callable[..., Any] = super().as_view(**initkwargs)  # type: ignore[misc]
        view.login_required = False  # type: ignore[attr-defined]
        return view


class SessionLevelRequiredMixin:
    """:func:`session_level_required` for class-based views: set ``required_session_level``, ``required_max_age``."""

    required_session_level: Level | str = Level.STANDARD
    required_max_age: int | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        session_level_required(cls.required_session_level, max_age=cls.required_max_age)(cls)


class HighAssuranceRequiredMixin(SessionLevelRequiredMixin):
    """:func:`high_assurance_required` for class-based views."""

    required_session_level = Level.HIGH_ASSURANCE


class ResourcePolicyMixin:
    """:func:`resource_policy` for class-based views: set ``policy_resource``."""

    policy_resource = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.policy_resource:
            resource_registry.find(cls.policy_resource)
            setattr(cls, MARK, Mark(asked=Asked(resources=(cls.policy_resource,))))
