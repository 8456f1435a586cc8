"""Whether there is a playground."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def is_on() -> bool:
    """Whether the playground is open: with ``DEMO`` or ``DEBUG``, or where ``PLAYGROUND`` says so."""
    return bool(settings.PLAYGROUND)


def only_where_on(view: View) -> View:
    """Answer 404 where the playground is off, as for an address that there is not."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_on():
            raise Http404
        return view(request, *args, **kwargs)

    return answer
