"""The first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sessions_policy import gate, proofs
from sessions_policy.doors import open_to_all
from sessions_policy.session_security import SessionSecurity

from .security import proofs_in_words


@open_to_all
def home(request: HttpRequest) -> HttpResponse:
    """Say what this is; to a signed-in person, how their session stands. The profile's rule holds here too."""
    if not request.user.is_authenticated:
        return render(request, "home.html")
    gate.enforce(request)
    proofs.touch(request.session)
    return render(request, "home.html", {"proofs": proofs_in_words(SessionSecurity.of(request))})
