"""What people are told by mail about their accounts. How a mail looks and goes out is :mod:`accounts.mail`'s business."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from .devices import recovery_code
from .mail import Letter, tell
from .models import User
from .throttle import Budget

# What strangers can bring about: one mail in five minutes for each kind and person.
FIVE_MINUTES = 300
SECOND_FACTOR_FAILED = Budget("mail.second_factor", tries=1, period=FIVE_MINUTES, pause=FIVE_MINUTES)
STEP_UP_FAILED = Budget("mail.step_up", tries=1, period=FIVE_MINUTES, pause=FIVE_MINUTES)
PAUSED = Budget("mail.paused", tries=1, period=FIVE_MINUTES, pause=FIVE_MINUTES)
NEW_BROWSER = Budget("mail.new_browser", tries=1, period=FIVE_MINUTES, pause=FIVE_MINUTES)
# From so many on the mail about a used code says that new ones should be made.
FEW_CODES = 3


def new_browser(request: HttpRequest, user: User) -> None:
    """Somebody signed in with a browser that the history of the account does not know."""
    what = _("Somebody signed in to your account with a browser that was not used for it before.")
    tell(request, user, Letter(_("A sign-in from a new browser"), what), budget=NEW_BROWSER)


def second_factor_failed(request: HttpRequest, user: User) -> None:
    """The password was right, and the second factor was wrong several times: somebody may know the password."""
    what = _("Somebody knew your password, but gave wrong codes after it. Nobody was let in.")
    now = _("If this was not you, change your password now: somebody knows it. Then tell your administrator.")
    tell(request, user, Letter(_("Wrong codes after your password"), what, (), now), budget=SECOND_FACTOR_FAILED)


def step_up_failed(request: HttpRequest, user: User) -> None:
    """In a running session wrong codes were given several times: somebody may sit at a browser that was left open."""
    what = _("In a session of yours somebody gave wrong codes where a page asked to confirm that it is you.")
    tell(request, user, Letter(_("Wrong codes in a session of yours"), what), budget=STEP_UP_FAILED)


def method_added(request: HttpRequest, user: User, name: str) -> None:
    """A sign-in method was added (R1.15)."""
    what = _("The authenticator app “%(name)s” was added.") % {"name": name}
    tell(request, user, Letter(_("A sign-in method was added"), what))


def method_removed(request: HttpRequest | None, user: User, name: str) -> None:
    """A sign-in method was removed."""
    what = _("The authenticator app “%(name)s” was removed.") % {"name": name}
    tell(request, user, Letter(_("A sign-in method was removed"), what))


def recovery_codes_made(request: HttpRequest, user: User) -> None:
    """New recovery codes replaced the older ones."""
    what = _("New recovery codes were made. Older ones no longer work.")
    tell(request, user, Letter(_("Recovery codes were made"), what))


def recovery_code_used(request: HttpRequest, user: User) -> None:
    """A recovery code was used; the mail says when few are left."""
    left = recovery_code.remaining(user)
    what = _("A recovery code was used. Codes left: %(left)d.") % {"left": left}
    if left <= FEW_CODES:
        what += " " + _("Make new ones soon, on the page Security.")
    tell(request, user, Letter(_("A recovery code was used"), what))


def recovery_codes_missing(user: User) -> None:
    """Somebody with a second factor has no recovery code: a lost phone would lock them out."""
    what = _("You have no recovery codes. Without one, a lost phone locks you out. Make some on the page Security.")
    now = _("Codes are made on the page Security of the site, where you sign in as always.")
    # An hour short of a week, for a daily command that is not always equally quick.
    week = 7 * 24 * 3600 - 3600
    weekly = Budget("mail.no_codes", tries=1, period=week, pause=week)
    tell(None, user, Letter(_("You have no recovery codes"), what, (), now), budget=weekly)


def too_many_tries(request: HttpRequest, user: User) -> None:
    """Somebody gave too many wrong codes or passwords for the account."""
    what = _("There were too many wrong tries, so further tries are refused for an hour.")
    tell(request, user, Letter(_("Sign-in is paused"), what), budget=PAUSED)


def unlocked(user: User, helper: User | None) -> None:
    """An administrator ended the pause after too many wrong tries."""
    what = _("%(by)s ended the pause after too many wrong tries. You can sign in again.") % {"by": _by(helper)}
    tell(None, user, Letter(_("Sign-in is possible again"), what))


def activation_code(request: HttpRequest, user: User, code: str) -> None:
    """The code for device activation; the subject does not hold it, since subjects show on locked screens."""
    what = _("Somebody signs in to your account from a browser that we do not know. To go on, enter this code: %(code)s")
    tell(request, user, Letter(_("Your sign-in code"), what % {"code": code}))


def login_flow_code(request: HttpRequest, user: User, code: str) -> None:
    """The code that a login flow asks for."""
    what = _("Somebody signs in to your account, and your organisation asks for a code. To go on, enter: %(code)s")
    tell(request, user, Letter(_("Your sign-in code"), what % {"code": code}))


def temporary_code_issued(user: User, helper: User | None, hours: int) -> None:
    """An administrator issued a temporary code (R9.19)."""
    what = _("%(by)s issued a temporary code for your account. It works for %(hours)d hours.")
    tell(None, user, Letter(_("A temporary code was issued"), what % {"by": _by(helper), "hours": hours}))


def temporary_code_used(request: HttpRequest, user: User) -> None:
    """A temporary code was used. It works until it ends, so the person is told each time."""
    what = _("The temporary code that an administrator issued for your account was used.")
    tell(request, user, Letter(_("A temporary code was used"), what))


def two_factor_reset(user: User, helper: User | None) -> None:
    """An administrator removed the person's sign-in methods."""
    what = _("%(by)s removed the sign-in methods of your account and ended your sessions.") % {"by": _by(helper)}
    tell(None, user, Letter(_("Your sign-in methods were removed"), what))


def app_connected(request: HttpRequest, user: User, name: str) -> None:
    """An app was approved for the account."""
    what = _("The app “%(name)s” was allowed to use your account. You can take that back under Security, Connected apps.")
    tell(request, user, Letter(_("An app was connected"), what % {"name": name}))


def app_removed(request: HttpRequest, user: User, name: str) -> None:
    """An app lost its access to the account."""
    what = _("The app “%(name)s” was removed from your account. Its access has ended.") % {"name": name}
    tell(request, user, Letter(_("An app was removed"), what))


def password_changed(request: HttpRequest, user: User) -> None:
    """The password was changed."""
    what = _("Your password was changed and other sessions were ended.")
    tell(request, user, Letter(_("Your password was changed"), what))


def email_changed(user: User, old: str, helper: User | None) -> None:
    """The address was changed: both are told, since a thief would have only the new one told."""
    words = {"by": _by(helper), "old": old or _("none"), "new": user.email or _("none")}
    what = _("%(by)s changed the e-mail address of your account from %(old)s to %(new)s.") % words
    letter = Letter(_("Your e-mail address was changed"), what)
    for address in filter(None, dict.fromkeys((old, user.email))):
        tell(None, user, letter, address=address)


def two_factor_soon(user: User, until: str, days: int, budget: Budget) -> None:
    """The time to set up a second factor ends soon."""
    what = _("Until %(until)s you may sign in without a second factor. From then on you set one up before you go on.")
    now = _("Sign in as always, open the page Security and add an authenticator app. It takes two minutes.")
    subject = _("Set up your second factor") if days else _("From today on you need a second factor")
    tell(None, user, Letter(subject, what % {"until": until}, (), now), budget=budget)


def address_changed(request: HttpRequest, user: User, new_address: str) -> None:
    """The e-mail address is being changed; ``user`` still has the old one, and that is who is told."""
    tell(request, user, Letter(_("Your e-mail address was changed"), _("It is %(new)s now.") % {"new": new_address}))


def _by(helper: User | None) -> str:
    return helper.get_username() if helper else _("An administrator")
