"""Somebody's browser in the middle of a login flow."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

FLOW = "/login/flow/"


def form(client: Client) -> dict[str, str]:
    """Return the hidden fields of the screen that waits."""
    page = client.get(FLOW).content.decode()
    fields = re.findall(r'<input type="hidden" name="(run|element)" value="([^"]*)"', page)
    assert {"run", "element"} <= dict(fields).keys(), page
    return dict(fields)


def answer(client: Client, **values: Any) -> Any:
    """Answer the screen that waits."""
    return client.post(FLOW, {**form(client), **values})


def waiting(client: Client) -> str:
    """Return the element that waits."""
    return form(client)["element"]


def is_signed_in(client: Client) -> bool:
    return client.get("/api/v1/me/").status_code == 200
