"""An administrator's browser at the pages of login flows."""

from __future__ import annotations

from typing import Any

from django.test import Client

from loginflows.drafts import fingerprint
from loginflows.models import FlowVersion
from tests.accounts.people import give_authenticator, person, profile, sign_in

ADMIN = "/admin/loginflows/"


def administrator() -> Any:
    """Return an administrator whose profile requires High Assurance."""
    return person("ada", profile("System Administrator", required_level="high_assurance"), is_staff=True, is_superuser=True)


def signed_in() -> Client:
    """Return the browser of an administrator, signed in at High Assurance."""
    client, ada = Client(), administrator()
    sign_in(client, ada, give_authenticator(ada))
    return client


def url(version: FlowVersion) -> str:
    """Return the address of the builder of ``version``."""
    return f"{ADMIN}flowversion/{version.pk}/change/"


def press(client: Client, version: FlowVersion, act: str, **sent: str) -> Any:
    """Press a button of the builder, as the draft is now, and follow to the page after it."""
    version.refresh_from_db()
    fields = {"act": act, "base": fingerprint(version.definition), **sent}
    response = client.post(url(version), fields, follow=True)
    version.refresh_from_db()
    return response


def save(client: Client, version: FlowVersion, element: str, button: str = "save", **changed: str) -> Any:
    """Open the form of ``element``, change boxes of it and press ``button``."""
    page = client.get(url(version), {"el": element})
    panel = page.context["panel"]
    forms = [panel.form, *(form for each in panel.lists for form in each.rows.forms)]
    forms += [form for each in panel.outcomes for form in (each.form, *each.conditions.forms)]
    managements = [each.rows.management_form for each in panel.lists] + [
        each.conditions.management_form for each in panel.outcomes
    ]
    sent: dict[str, Any] = {}
    for form in (*forms, *managements, *([panel.otherwise] if panel.otherwise else [])):
        values = {field.html_name: field.value() for field in form}
        sent |= {name: value for name, value in values.items() if value is not None and value is not False}
    return press(client, version, f"{button}:{element}", **{**sent, **changed})
