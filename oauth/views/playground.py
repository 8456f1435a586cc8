"""The pages of the playground. Everything that sends something is a POST; what it shows once is in its own answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from sessions_policy import texts
from sessions_policy.levels import Level

from .. import redirects
from ..playground import client_app, run, steps
from ..playground.conversation import Exchange, masked
from ..playground.run import Run
from ..playground.switch import only_where_on

LONGEST_AGE = 24 * 60 * 60


def _levels() -> list[tuple[str, str]]:
    named = [(level.acr, f"{level.acr} ({texts.level_name(level)})") for level in Level if level > Level.NONE]
    return [("", _("None: a Standard token")), *named]


class BeginForm(forms.Form):
    """What to ask for."""

    scope = forms.MultipleChoiceField(
        label=gettext_lazy("Scopes"),
        choices=[(name, name) for name in client_app.SCOPES],
        widget=forms.CheckboxSelectMultiple,
        initial=["openid", "profile", "api", "refresh_token"],
    )
    acr_values = forms.ChoiceField(label=gettext_lazy("Level (acr_values)"), choices=_levels, required=False)
    max_age = forms.IntegerField(
        label=gettext_lazy("Seconds since the authentication at most (max_age)"),
        min_value=0,
        max_value=LONGEST_AGE,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


@sensitive_post_parameters("code")
@only_where_on
@require_http_methods(["GET", "HEAD", "POST"])
def playground(request: HttpRequest) -> HttpResponse:
    """Show where the run is, or take its next step."""
    if request.method != "POST":
        return _page(request, run.load(request))
    act = ACTS.get(request.POST.get("act", ""))
    return _page(request, run.load(request)) if act is None else act(request)


@only_where_on
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Show what the authorize endpoint answered, where the browser brings it. Nothing is exchanged before the button."""
    found = run.load(request)
    given = {name: request.GET.get(name, "") for name in ("code", "state", "iss", "error", "error_description", "error_uri")}
    lines = "&\n  ".join(f"{name}={masked(value) if name == 'code' else value}" for name, value in given.items() if value)
    said = {"title": _("The answer of the authorize endpoint"), "request": f"GET {request.path}?\n  {lines}", "response": ""}
    problem = _problem_of(found, given)
    code = "" if problem or given["error"] else given["code"]
    return _page(request, found, said=said, problem=problem, code=code, error=given if given["error"] else None)


def _problem_of(found: Run | None, given: dict[str, str]) -> str:
    if found is None:
        return _("This answer belongs to no run of this session. Begin again.")
    # SECURITY: what any client has to check: that the answer is to its own request (RFC 6749 10.12), from this server (9207).
    if given["state"] != found.state:
        return _("The state is not the one that was sent: this is the answer to another request. Begin again.")
    if given["iss"] != redirects.issuer():
        return _("The iss is not this server's. Begin again.")
    return ""


def _begin(request: HttpRequest) -> HttpResponse:
    form = BeginForm(request.POST)
    if not form.is_valid():
        return _page(request, run.load(request), form=form)
    age = form.cleaned_data["max_age"]
    scope = " ".join(form.cleaned_data["scope"])
    return _start(request, Run(scope, form.cleaned_data["acr_values"], "" if age is None else str(age)))


def _step_up(request: HttpRequest) -> HttpResponse:
    """Ask again, with what the challenge named."""
    found = run.load(request)
    if found is None or not found.challenge:
        return _page(request, found)
    wanted = found.challenge
    return _start(request, Run(found.scope, wanted.get("acr_values", ""), wanted.get("max_age", "")))


def _start(request: HttpRequest, new: Run) -> HttpResponse:
    client_app.ensure()
    old = run.load(request)
    if old is not None:
        steps.end(request, old)
    run.save(request, new)
    return _page(request, new, ready=True)


def _exchange(request: HttpRequest) -> HttpResponse:
    found, code = run.load(request), request.POST.get("code", "")
    if found is None or not code or request.POST.get("state") != found.state:
        return _page(request, found, problem=_("This code belongs to no run of this session. Begin again."))
    return _sent(request, found, _("Exchange the code"), steps.exchange(request, found, code))


def _with_token(title: str | Promise, step: Callable[[HttpRequest, Run], Exchange]) -> Callable[[HttpRequest], HttpResponse]:
    def act(request: HttpRequest) -> HttpResponse:
        found = run.load(request)
        if found is None or not found.access_token:
            return _page(request, found, problem=_("There is no token yet, or its hour is over. Begin again."))
        return _sent(request, found, str(title), step(request, found))

    return act


def _call(request: HttpRequest, found: Run) -> Exchange:
    name = request.POST.get("name", "")
    return steps.call(request, found, name if name in steps.CALLS else "api-session")


def _refused(request: HttpRequest, found: Run) -> Exchange:
    grant = request.POST.get("grant", "")
    return steps.refused(request, grant if grant in steps.REFUSED else next(iter(steps.REFUSED)))


def _end(request: HttpRequest) -> HttpResponse:
    found = run.load(request)
    said = steps.end(request, found) if found is not None else None
    run.forget(request)
    return _page(request, None, said=_shown(_("End the tokens"), said) if said else None, ended=True)


ACTS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "begin": _begin,
    "step_up": _step_up,
    "exchange": _exchange,
    "call": _with_token(gettext_lazy("Call the API"), _call),
    "refresh": _with_token(gettext_lazy("Refresh"), steps.refresh),
    "introspect": _with_token(gettext_lazy("Introspect"), steps.introspect),
    "refused": _with_token(gettext_lazy("A grant in which nobody approves"), _refused),
    "end": _end,
}


def _sent(request: HttpRequest, found: Run, title: str, said: Exchange) -> HttpResponse:
    run.save(request, found)
    return _page(request, found, said=_shown(title, said), body=said.body)


def _shown(title: str, said: Exchange) -> dict[str, Any]:
    return {"title": title, "request": said.request, "response": said.response, "good": said.is_good}


def _page(request: HttpRequest, found: Run | None, **more: Any) -> HttpResponse:
    context = {
        "form": more.pop("form", None) or BeginForm(initial=_asked(request)),
        "run": found,
        "tokens": _masked_tokens(found),
        "claims": steps.id_token(found) if found else "",
        "calls": steps.CALLS,
        "grants": steps.REFUSED,
        **more,
    }
    response = render(request, "developers/playground.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _asked(request: HttpRequest) -> dict[str, Any]:
    """Return what the address asks for, so that a run can be handed on as a link."""
    given = {name: request.GET[name] for name in ("acr_values", "max_age") if name in request.GET}
    return given | ({"scope": request.GET["scope"].split()} if "scope" in request.GET else {})


def _masked_tokens(found: Run | None) -> dict[str, str]:
    if found is None:
        return {}
    return {name: masked(value) for name in ("access_token", "refresh_token", "id_token") if (value := getattr(found, name))}
