"""What the page of a connected app shows beside its form: its policies in words, its use, its secret's state, its keys."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sessions_policy.levels import Grant

from .. import app_words, usage
from ..models import AppKey, ConnectedApp

WHEN = "Y-m-d H:i e"


def in_words(app: ConnectedApp) -> SafeString:
    """Return the app's policies as a list of sentences."""
    rows = format_html_join("", "<li><strong>{}:</strong> {}</li>", app_words.sentences(app))
    return format_html('<ul class="panel-list">{}</ul>', rows)


def use(app: ConnectedApp) -> SafeString:
    """Return how many people hold how many live tokens, when one was last issued, and the ways to the lists."""
    counts, n = usage.by_grant(application=app), usage.people(application=app)
    at = usage.last_used(application=app)
    lines = [
        ngettext("%(n)d person holds a live token", "%(n)d people hold a live token", n) % {"n": n},
        _("Live tokens: %(counts)s") % {"counts": usage.in_words(counts) or _("none")},
        _("Last token issued: %(at)s") % {"at": when(at) if at else _("never, as far as is known")},
    ]
    links = format_html_join(
        " · ",
        '<a href="{}">{}</a>',
        [
            (listed("approval", app), _("Approvals")),
            (listed("accesstoken", app), _("Access tokens")),
            (listed("refreshtoken", app), _("Refresh tokens")),
        ],
    )
    rows = format_html_join("", "<li>{}</li>", [(line,) for line in [*lines, links]])
    return format_html('<ul class="panel-list">{}</ul>', rows)


def secret(app: ConnectedApp) -> SafeString | str:
    """Return since when the secret holds, and until when the one before it does."""
    if app.is_public:
        return _("None: a public app cannot keep one. It uses PKCE.")
    made = _("Made on %(at)s. Nobody can read it again.") % {"at": when(app.secret_made_at)}
    link = format_html('<a href="{}">{}</a>', reverse("admin:oauth_connectedapp_secret", args=(app.pk,)), _("Rotate it"))
    return format_html("{} {} {}", made, previous_secret(app), link)


def previous_secret(app: ConnectedApp) -> str:
    """Return what is to be said of the secret of before the last rotation; "" when it works no more."""
    until = app.previous_secret_until
    if until is None or not app.previous_secret_works():
        return ""
    used = app.previous_secret_used_at
    words = {"until": when(until), "used": when(used) if used else ""}
    if used is None:
        return _("The old one works until %(until)s; it was not used since the rotation.") % words
    return _("The old one works until %(until)s; it was last used on %(used)s.") % words


def keys(app: ConnectedApp) -> SafeString:
    """Return the app's certificates and keys with their dates, and the way to add one."""
    rows = [(reverse("admin:oauth_appkey_change", args=(key.pk,)), key.label, key_state(key)) for key in app.keys.all()]
    listing = format_html_join("", '<li><a href="{}">{}</a>: {}</li>', rows)
    if not rows:
        needed = Grant.JWT_BEARER.value in app.grant_types
        words = _("None yet: the app's assertions are refused.") if needed else _("None.")
        listing = format_html("<li>{}</li>", words)
    add = reverse("admin:oauth_appkey_add") + "?" + urlencode({"application": app.pk})
    link = format_html('<li><a href="{}">{}</a></li>', add, _("Add a certificate or key"))
    return format_html('<ul class="panel-list">{}{}</ul>', listing, link)


def key_state(key: AppKey) -> str:
    """Return whether the key works, and for how long."""
    now = timezone.now()
    if key.not_after is None:
        return _("works until it is deleted")
    if key.has_expired(now):
        return _("expired on %(day)s; assertions signed with it are refused") % {"day": date_format(key.not_after, "Y-m-d")}
    if not key.works_at(now) and key.not_before is not None:
        return _("begins on %(day)s") % {"day": date_format(key.not_before, "Y-m-d")}
    days = (key.not_after - now).days
    left = ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}
    words = _("works until %(day)s, %(left)s") % {"day": date_format(key.not_after, "Y-m-d"), "left": left}
    return _("%(state)s: add its successor now") % {"state": words} if key.expires_soon(now) else words


def listed(model: str, app: ConnectedApp) -> str:
    """Return the address of a list of the administration, narrowed to ``app``."""
    return reverse(f"admin:oauth_{model}_changelist") + "?" + urlencode({"application__id__exact": app.pk})


def when(moment: object) -> str:
    """Return a moment for people."""
    return date_format(timezone.localtime(moment), WHEN)  # type: ignore[arg-type]
