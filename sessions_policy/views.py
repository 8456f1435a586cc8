"""The pages that explain the reason codes, which errors point to."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from .decision import Reason
from .doors import open_to_all
from .texts import TEXTS


@open_to_all(during_login=True)
def why(request: HttpRequest, code: str) -> HttpResponse:
    """Explain one reason code in words, for people and for developers of client apps."""
    try:
        found = TEXTS[Reason(code)]
    except ValueError as error:
        raise Http404(code) from error
    example = {"name": _("(its name)"), "period": _("N minutes")}
    return render(
        request,
        "why.html",
        {
            "code": code,
            "person": str(found.person).format(**example),
            "what_now": str(found.now).format(**example),
            "administrator": str(found.administrator).format(**example),
        },
    )
