"""Logout that an app asks for (OpenID Connect RP-Initiated Logout 1.0): what is asked, and where it may lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from . import signing_keys
from .models import ConnectedApp
from .redirects import with_parameters

PARAMETERS = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")


class NotUnderstood(Exception):
    """A logout request that must not be followed; says why, for whoever wrote the app."""


@dataclass(frozen=True, slots=True)
class LogoutRequest:
    """Who asks, whom for ("" when no ID token says so), and where to go on to ("" for our own page)."""

    app: ConnectedApp | None
    subject: str
    target: str
    query: str

    def is_about(self, user: Any) -> bool:
        """Whether an ID token of ours names ``user``: then the app need not be asked whether it means this person."""
        return bool(self.subject) and self.subject == str(user.pk)


def read(given: QueryDict) -> LogoutRequest:
    """Return what ``given`` asks. Raises NotUnderstood.

    SECURITY: the address is answered only when it is registered, character for character, for the app that the ID token was
    issued to, or that ``client_id`` names; and never when the two differ. Anything else would be an open redirect.
    """
    if any(len(given.getlist(name)) > 1 for name in PARAMETERS):
        raise NotUnderstood(_("Send each parameter once."))
    hint, client_id, uri = (given.get(name, "") for name in PARAMETERS[:3])
    claims = signing_keys.read_own(hint) if hint else {}
    if claims is None:
        raise NotUnderstood(_("The id_token_hint is not an ID token of this site."))
    audience = str(claims.get("aud", ""))
    if client_id and audience and client_id != audience:
        raise NotUnderstood(_("The id_token_hint was issued to another client than client_id names."))
    app = ConnectedApp.find(audience or client_id)
    if uri and (app is None or uri not in app.post_logout_redirect_uris.split()):
        raise NotUnderstood(_("The post_logout_redirect_uri is not registered for this app."))
    state = given.get("state", "")
    target = with_parameters(uri, [("state", state)] if state else []) if uri else ""
    # The same request for the form of our page, with the client in the place of its ID token, which no page is to hold.
    again = {"client_id": app.client_id if app else "", "post_logout_redirect_uri": uri, "state": state}
    return LogoutRequest(app, str(claims.get("sub", "")), target, urlencode({n: v for n, v in again.items() if v}))
