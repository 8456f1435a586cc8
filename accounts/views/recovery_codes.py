"""The page of the recovery codes: made, shown once, downloaded, printed, saved."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sessions_policy.doors import open_to_all

from .. import notifications, pending
from ..devices import recovery_code
from ..forms import SavedCodesForm
from ..models import User


def codes_page(
    request: HttpRequest,
    user: User,
    codes: list[str] | None,
    form_action: str,
    form: SavedCodesForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show ``codes``, or without any the offer to make them."""
    context = {
        "codes": codes,
        "form": form or SavedCodesForm(),
        "form_action": form_action,
        "download_url": reverse("recovery-codes-download"),
        "intro": _("Use one if you lose your phone. Each works once. We show them only now."),
        "remaining": recovery_code.remaining(user),
    }
    return render(request, "accounts/recovery_codes.html", context, status=status)


def saved(request: HttpRequest, user: User, form_action: str) -> HttpResponse | None:
    """Make new codes when asked to, and return their page; None once the person says that the codes are saved."""
    if request.POST.get("action") == "make":
        codes = recovery_code.generate(user)
        notifications.recovery_codes_made(request, user)
        return codes_page(request, user, codes, form_action)
    form = SavedCodesForm(request.POST)
    if form.is_valid():
        recovery_code.confirm(user)
        return None
    shown = [code for code in request.POST.getlist("code")[: recovery_code.COUNT] if recovery_code.belongs_to(user, code)]
    return codes_page(request, user, shown or None, form_action, form, status=400)


@open_to_all(during_login=True)
@require_POST
def download(request: HttpRequest) -> HttpResponse:
    """Return the codes that the page holds as a text file, if they are the person's own and still good.

    Nothing is stored for it: the page sends back what it shows.
    """
    login = pending.of(request)
    user = login.user if login is not None else request.user
    if not isinstance(user, User):
        return HttpResponse(status=403)
    sent = request.POST.getlist("code")[: recovery_code.COUNT]
    codes = [code for code in sent if len(code) < 40 and recovery_code.belongs_to(user, code)]
    if not codes:
        return HttpResponse(_("These codes are no longer good. Make new ones."), status=400, content_type="text/plain")
    today = timezone.localdate()
    lines = [
        _("Recovery codes of %(user)s, made for %(site)s") % {"user": user.get_username(), "site": request.get_host()},
        _("%(date)s. Each works once, in place of the code of your authenticator app.") % {"date": today.isoformat()},
        "",
        *codes,
        "",
    ]
    response = HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
    name = f"recovery-codes-{today.isoformat()}.txt"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
