"""Reading and filling in the pages of the administration."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.test import Client

from sessions_policy.models import PolicyRevision


def text_of(response: Any) -> str:
    """Return what a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", response.content.decode())).split())


def errors_of(response: Any) -> str:
    """Return the errors of the form on a page of the administration."""
    assert response.status_code == 200
    return str(response.context["adminform"].form.errors)


def fill_in(client: Client, url: str, **values: Any) -> Any:
    """Open the form at ``url``, change ``values`` in it (None empties a box) and save it."""
    form = client.get(url).context["adminform"].form
    data = {}
    for field in form:
        value = field.value()
        if field.name not in form.fields or value in (None, False):
            continue
        data[field.html_name] = [getattr(each, "pk", each) for each in value] if isinstance(value, list) else value
        if isinstance(value, dict):
            data[field.html_name] = field.field.prepare_value(value)
    data.update(values)
    return client.post(url, {name: value for name, value in data.items() if value is not None} | {"_save": "Save"})


def newest_revision() -> PolicyRevision:
    """Return the newest revision."""
    found = PolicyRevision.objects.first()
    assert found is not None
    return found
