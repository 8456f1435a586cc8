"""Changes that were tried: how far the counting is, what was found, the file of it, and a mail to the people it is about."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import csv_download, gate, impact_jobs, impact_report
from ..gate import Asked
from ..models import ImpactRun
from .preview import context_of
from .read_only import ReadOnlyAdmin

TEMPLATES = "admin/sessions_policy/impactrun/"
# People written to at a time.
MOST_MAILS = 1_000


class MailForm(forms.Form):
    """What the people read. The reason that concerns each of them is added below it."""

    subject = forms.CharField(
        label=gettext_lazy("Subject"), max_length=100, widget=forms.TextInput(attrs={"class": "vTextField"})
    )
    message = forms.CharField(
        label=gettext_lazy("Message"), max_length=4000, widget=forms.Textarea(attrs={"rows": 8, "class": "vLargeTextField"})
    )


@admin.register(ImpactRun)
class ImpactRunAdmin(ReadOnlyAdmin):
    """Tried changes. Each is seen by who tried it, and by who may see all of them."""

    policy_resource = "histories"
    list_display = ("title", "created", "author", "days", "state")
    list_filter = ("state",)
    list_select_related = ("author",)
    search_fields = ("title", "author__username")
    date_hierarchy = "created"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the person may: with the right, or their own."""
        own = obj is not None and obj.author_id == request.user.pk
        return own or super().has_view_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImpactRun]:
        """Leave the counts out: a list does not show them."""
        rows: QuerySet[ImpactRun] = super().get_queryset(request)
        return (
            rows.defer("draft", "result")
            if request.resolver_match and "changelist" in (request.resolver_match.url_name or "")
            else rows
        )

    def get_urls(self) -> list[URLPattern]:
        """Add what can be done with one."""
        acts = {"file": self.file_view, "mail": self.mail_view, "stop": self.stop_view, "restart": self.restart_view}
        own = [
            path(f"<uuid:pk>/{name}/", self.admin_site.admin_view(view), name=f"sessions_policy_impactrun_{name}")
            for name, view in acts.items()
        ]
        return [*own, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Show how far it is, or what was found."""
        run = self._found(request, object_id)
        context = {**context_of(run), "abandoned": impact_jobs.is_abandoned(run), "touched": self._touched(run)}
        return self._page(request, "impact.html", run, **context)

    def file_view(self, request: HttpRequest, pk: Any) -> HttpResponseBase:
        """Send everybody and everything by name, as a CSV file."""
        run = self._finished(request, pk)
        gate.enforce(request, Asked(resources=("export",)))
        return csv_download.download("impact", impact_report.HEAD, impact_report.lines(run))

    def mail_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Ask what to write to the people whom the change touches, and send it."""
        run = self._finished(request, pk)
        people = self._touched(run)
        form = MailForm(request.POST) if request.method == "POST" else MailForm(initial=self._suggestion())
        if people and form.is_bound and form.is_valid():
            n = self._send(run, people, form.cleaned_data["subject"], form.cleaned_data["message"])
            self.log_change(request, run, _("Wrote to %(n)d people.") % {"n": n})
            messages.success(request, ngettext("%(n)d person was written to.", "%(n)d people were written to.", n) % {"n": n})
            return HttpResponseRedirect(_url(run))
        return self._page(request, "mail.html", run, people=people, form=form, count=len(people))

    def stop_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Stop the counting."""
        run = self._found(request, pk)
        if request.method == "POST":
            impact_jobs.stop(run)
        return HttpResponseRedirect(_url(run))

    def restart_view(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Count again what nobody finished."""
        run = self._found(request, pk)
        if request.method == "POST" and (run.state in (run.State.STOPPED, run.State.FAILED) or impact_jobs.is_abandoned(run)):
            impact_jobs.restart(run)
        return HttpResponseRedirect(_url(run))

    def _found(self, request: HttpRequest, pk: Any) -> ImpactRun:
        """Return the run. SECURITY: it tells whom a policy touches, so it asks what the policy's own pages ask."""
        run: ImpactRun | None = self.get_object(request, str(pk))
        if run is None:
            raise Http404
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        gate.enforce(request, Asked(resources=(run.area,) if run.area else ()))
        return run

    def _finished(self, request: HttpRequest, pk: Any) -> ImpactRun:
        run = self._found(request, pk)
        if run.result is None:
            raise Http404
        return run

    def _page(self, request: HttpRequest, template: str, run: ImpactRun, **more: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Impact: %(change)s") % {"change": run.title},
            "run": run,
            "revisions_url": reverse("admin:sessions_policy_policyrevision_changelist"),
            **more,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, TEMPLATES + template, context)

    @staticmethod
    def _touched(run: ImpactRun) -> dict[str, str]:
        return impact_report.touched(run) if run.result is not None else {}

    @staticmethod
    def _suggestion() -> dict[str, str]:
        text = _(
            "the rules for signing in to %(site)s are about to change, and the change concerns you.\n\n"
            "Have your second factor at hand at your next sign-in. If you have none yet, set one up before: %(url)s"
        )
        words = {"site": settings.SITE_NAME, "url": settings.BASE_URL + reverse("security")}
        return {"subject": _("The rules for signing in are about to change"), "message": text % words}

    @staticmethod
    def _send(run: ImpactRun, people: dict[str, str], subject: str, message: str) -> int:
        users: Any = get_user_model()._default_manager.filter(username__in=list(people)[:MOST_MAILS], is_active=True)
        letters = [
            mail.EmailMessage(
                f"[{settings.SITE_NAME}] {subject}",
                _("Hello %(name)s,") % {"name": user.get_short_name() or user.get_username()}
                + f"\n\n{message}\n\n"
                + _("Why you: %(why)s") % {"why": people[user.get_username()]}
                + "\n",
                to=[user.email],
            )
            for user in users
            if user.email
        ]
        with mail.get_connection() as connection:
            sent = connection.send_messages(letters) or 0
        ImpactRun.objects.filter(pk=run.pk).update(mailed=timezone.now())
        return int(sent)


def _url(run: ImpactRun) -> str:
    return reverse("admin:sessions_policy_impactrun_change", args=(run.pk,))
