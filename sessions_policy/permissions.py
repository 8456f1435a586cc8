"""The same door for DRF views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.permissions import BasePermission

from . import gate, proofs
from .gate import Asked
from .levels import Level

if TYPE_CHECKING:
    # DRF's views import this module, as their default permission.
    from rest_framework.request import Request
    from rest_framework.views import APIView


class HasSessionLevel(BasePermission):
    """Asks for what the view's ``required_session_level``, ``required_max_age`` and ``policy_resource`` say.

    ``policy_resource`` is a key or a tuple of keys, or a dict of those by action. Raises AccessRefused, which the exception
    handler phrases as 401 (RFC 9470) or 403; never prompts.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Enforce; the answer is yes or an exception."""
        request.session_level = gate.enforce(request, asked_by(view)).level  # type: ignore[attr-defined]
        if request.auth is None:
            proofs.touch(request.session)
        return True


def asked_by(view: Any) -> Asked:
    """Return what a DRF view asks, from its attributes."""
    wanted = _for_action(view, getattr(view, "policy_resource", ()))
    level = _for_action(view, getattr(view, "required_session_level", Level.NONE)) or Level.NONE
    return Asked(
        resources=(wanted,) if isinstance(wanted, str) else tuple(wanted or ()),
        level=level if isinstance(level, Level) else Level[str(level).upper()],
        max_age=_for_action(view, getattr(view, "required_max_age", None)),
    )


def _for_action(view: Any, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return value.get(getattr(view, "action", None) or view.request.method.lower())
