"""Forms whose answer may end in a redirect to another site.

A browser applies ``form-action`` to every redirect that follows a form. When a login or a step-up goes on to an
authorization request that is approved at once, the last redirect leads to the client: its origin, after the owner of that
request has validated it, is added to the policy of that one page.
"""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import SELF
from django.conf import settings
from django.http import HttpResponse
from django.utils.module_loading import import_string


def allow_form_action(response: HttpResponse, next_path: str) -> HttpResponse:
    """Let the forms of ``response`` end at the client that ``next_path`` leads to, if it leads to one."""
    if settings.FORM_ACTION_ORIGINS and next_path:
        origins: Callable[[str], list[str]] = import_string(settings.FORM_ACTION_ORIGINS)
        found = origins(next_path)
        if found:
            response._csp_update = {"form-action": [SELF, *found]}  # type: ignore[attr-defined]
    return response
