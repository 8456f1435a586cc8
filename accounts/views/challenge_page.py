"""What the challenge in a login and the step-up in a session have in common: choose a method, try a value, show errors."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from sessions_policy import texts
from sessions_policy.decision import Decision
from sessions_policy.facts import Proof

from .. import challenge, continuation, pause
from ..challenge import Purpose
from ..devices import METHODS
from ..models import User

SHOW_LEFT_FROM = 3
CLOCK_HINT_FROM_LEFT = 8


class Challenge:
    """One challenge: the person, the decision that asks for it, and the page around it.

    ``address`` is the page's own, where it answers at another one.
    """

    def __init__(
        self, request: HttpRequest, user: User, decision: Decision, purpose: Purpose, next_path: str, address: str = ""
    ) -> None:
        self.request = request
        self.user = user
        self.decision = decision
        self.purpose = purpose
        self.next_path = next_path
        self.address = address or request.path
        # A method that would not satisfy the decision is not offered, and not taken when somebody sends it all the same.
        self.offered = [name for name in METHODS if name in decision.methods]
        chosen = request.POST.get("method") or request.GET.get("method") or ""
        self.method = chosen if chosen in self.offered else (self.offered[0] if self.offered else "")

    def show(self, template: str, **extra: Any) -> HttpResponse:
        """Show the empty form."""
        return self._page(template, METHODS[self.method].form(), extra)

    def take(self, template: str, **extra: Any) -> HttpResponse | Proof:
        """Try what was sent: the proof when it was right, else the page with its error (403), or the pause (429)."""
        device = METHODS[self.method]
        form = device.form(self.request.POST)
        if not form.is_valid():
            return self._page(template, form, extra, status=400)
        value = form.cleaned_data[device.field]
        answer = challenge.attempt(self.request, self.user, self.method, value, self.purpose)
        if answer.proof is not None:
            return answer.proof
        if answer.retry_after:
            return self._pause(template, device.form(), extra, answer.retry_after)
        # What was wrong is not typed over: the field is empty for the next code.
        form.data = {}
        form.add_error(device.field, answer.error)
        left = answer.tries_left or 0
        extra |= {"show_clock": left <= CLOCK_HINT_FROM_LEFT, "tries_left": left if left <= SHOW_LEFT_FROM else None}
        return self._page(template, form, extra, status=403)

    def _pause(self, template: str, form: forms.Form, extra: dict[str, Any], seconds: int) -> HttpResponse:
        locked = pause.until(seconds)
        response = self._page(template, form, extra | {"locked": locked}, status=429)
        pause.announce(response, locked)
        return response

    def _page(self, template: str, form: forms.Form, extra: dict[str, Any], status: int = 200) -> HttpResponse:
        form.fields[METHODS[self.method].field].widget.attrs["autofocus"] = status == 200
        context = {
            "form": form,
            "method": self.method,
            "others": self._others(),
            "why": texts.for_person(self.decision),
            "what_now": texts.what_now(self.decision),
            "code": self.decision.reason.value,
            "reference": self.purpose.reference,
            "username": self.user.get_username(),
            "device": METHODS[self.method].begin_verify(self.user),
            "server_time": timezone.now(),
            "next": self.next_path,
            **extra,
        }
        response = render(self.request, template, context, status=status)
        return continuation.allow_form_action(response, str(extra.get("return_to", self.next_path)))

    def _others(self) -> list[dict[str, str]]:
        # In a login the way on is kept with the pending login; a step-up has it in its address.
        query = {"next": self.next_path} if self.request.user.is_authenticated else {}
        return [
            {
                "method": name,
                "name": _("Use another way: %(name)s") % {"name": texts.method_name(name)},
                "url": f"{self.address}?{urlencode({**query, 'method': name})}",
            }
            for name in self.offered
            if name != self.method
        ]
