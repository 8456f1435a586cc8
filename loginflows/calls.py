"""Makes the calls that elements ask for, and reports back what they came to.

Codes are checked by the same devices, inside the same budgets, with the same rows in the history as at every other prompt.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import challenge, notifications, secrets_at_rest, throttle, totp
from accounts.challenge import Answer, Purpose
from accounts.devices import METHODS, activation, authenticator_app, recovery_code
from accounts.devices.result import Result
from accounts.forms import AuthenticatorCodeForm, EnrolForm
from accounts.histories import user_agent
from accounts.models.histories import TriggeredBy
from accounts.pending import PendingLogin
from sessions_policy.client_address import client_address
from sessions_policy.levels import ENROLLED_METHODS, Method

from . import actions, secret_fields, webhooks
from .elements.checks import MALFORMED, PAUSED, RIGHT, WRONG
from .elements.email_code import KEPT, SENT
from .elements.enrol import SECRET
from .elements.kind import Call, Reply
from .models import FlowSecret
from .state import FlowBroken

logger = logging.getLogger(__name__)
NO_CODE = gettext_lazy("That code is not right. Wait for the next code and try again.")
FIRST_CONFIRM = gettext_lazy(
    "First confirm that it is you with the method that you have. Ask your administrator how to go on."
)
OK, FAILED, MADE = "ok", "failed", "made"


@dataclass(frozen=True, slots=True)
class Caller:
    """For whom a call is made: the request, the pending login, and the run's name and flow."""

    request: HttpRequest
    login: PendingLogin
    run: str
    flow: str

    def purpose(self) -> Purpose:
        """Return what the verification history says."""
        activity = f"login flow {self.flow}"
        return Purpose(self.login.attempt, TriggeredBy.TWO_FACTOR, activity, "flow", self.login.reference)

    def counted(self, method: str, check: Callable[[], Result]) -> Answer:
        """Run ``check`` inside the person's budget, written down."""
        return challenge.counted(self.request, self.login.user, method, check, self.purpose())


def make(caller: Caller, call: Call) -> Reply:
    """Make ``call``. Raises FlowBroken for one that nobody knows."""
    maker = _MAKERS.get(call.kind)
    if maker is None:
        raise FlowBroken(f"Nobody makes the call {call.kind!r}.")
    return maker(caller, call)


def _reply(answer: Answer) -> Reply:
    if answer.proof is not None:
        return Reply(RIGHT)
    if answer.retry_after:
        return Reply(PAUSED, {"retry_after": answer.retry_after})
    return Reply(WRONG, {"error": answer.error})


def _cleaned(form: forms.Form, field: str) -> tuple[str, Reply | None]:
    """Return the value of ``field`` as the form reads it, or the reply for one that it cannot read."""
    if form.is_valid():
        return str(form.cleaned_data[field]), None
    errors = form.errors.get(field) or [str(each[0]) for each in form.errors.values()]
    return "", Reply(MALFORMED, {"error": str(errors[0])})


def _verify(caller: Caller, call: Call) -> Reply:
    method = str(call.values["method"])
    device = METHODS[method]
    value, unreadable = _cleaned(device.form({device.field: call.values["value"]}), device.field)
    if unreadable is not None:
        return unreadable
    answer = challenge.attempt(caller.request, caller.login.user, method, value, caller.purpose())
    if answer.proof is not None:
        caller.login.proofs += (answer.proof,)
    return _reply(answer)


def _new_secret(caller: Caller, call: Call) -> Reply:
    return Reply(MADE, {SECRET: secrets_at_rest.encrypt(totp.new_secret())})


def _finish_enrol(caller: Caller, call: Call) -> Reply:
    form = EnrolForm({"code": call.values["code"], "name": call.values["name"]})
    code, unreadable = _cleaned(form, "code")
    if unreadable is not None:
        return unreadable
    user, name, secret = caller.login.user, form.cleaned_data["name"], secrets_at_rest.decrypt(call.values[SECRET])

    def check() -> Result:
        device = authenticator_app.finish_enrol(user, secret, code, name)
        return Result(NO_CODE) if device is None else Result(detail=device.persistent_id)

    answer = caller.counted(Method.AUTHENTICATOR_APP.value, check)
    if answer.proof is not None:
        caller.login.proofs += (answer.proof,)
        notifications.method_added(caller.request, user, name)
    return _reply(answer)


def _make_codes(caller: Caller, call: Call) -> Reply:
    codes = recovery_code.generate(caller.login.user)
    notifications.recovery_codes_made(caller.request, caller.login.user)
    return Reply(MADE, {"codes": codes})


def _send_code(caller: Caller, call: Call) -> Reply:
    kept, user = activation.alive(call.values[KEPT]), caller.login.user
    wait = activation.wait_before_next(kept)
    if wait:
        note = _("A code is on its way. You can ask for another one in %(seconds)d seconds.") % {"seconds": wait}
        return Reply(SENT, {KEPT: kept, "note": note})
    ticket = throttle.take(throttle.MAILED_CODES, user.pk)
    if not ticket.allowed:
        minutes = -(-ticket.retry_after // 60)
        note = _("Too many codes were sent. You can ask for another one in %(minutes)d minutes.") % {"minutes": minutes}
        return Reply(SENT, {KEPT: kept, "note": note})
    code, kept = activation.new_code(kept)
    notifications.login_flow_code(caller.request, user, code)
    note = _("We sent a code to %(address)s.") % {"address": activation.masked_address(user)}
    return Reply(SENT, {KEPT: kept, "note": note})


def _check_mailed_code(caller: Caller, call: Call) -> Reply:
    code, unreadable = _cleaned(AuthenticatorCodeForm({"code": call.values["code"]}), "code")
    if unreadable is not None:
        return unreadable
    answer = caller.counted(Method.EMAIL_CODE.value, lambda: activation.finish_verify(call.values[KEPT], code))
    if answer.proof is not None:
        caller.login.proofs += (answer.proof,)
    return _reply(answer)


def _check_totp(caller: Caller, call: Call) -> Reply:
    """Check a code of a secret of the flow's own: a new one, which is then kept if it has a name, or the kept one."""
    code, unreadable = _cleaned(AuthenticatorCodeForm({"code": call.values["code"]}), "code")
    if unreadable is not None:
        return unreadable
    user, name, new = caller.login.user, str(call.values["keep_as"]), str(call.values[SECRET])
    if new and name and _owes_a_proof(caller):
        return Reply(WRONG, {"error": str(FIRST_CONFIRM)})
    check = (lambda: _keep(user, name, secrets_at_rest.decrypt(new), code)) if new else (lambda: _use(user, name, code))
    # The proof is not carried into the session: only *raise level* gives a level for it.
    answer = caller.counted(Method.LOGIN_FLOW.value, check)
    if new and name and answer.proof is not None:
        notifications.method_added(caller.request, user, name)
    return _reply(answer)


def _owes_a_proof(caller: Caller) -> bool:
    """Whether the person has a method of their own and has not used it in this login (ruling 16).

    SECURITY: or a thief of the password would register a secret here, and be let up by its codes the next time.
    """
    if any(proof.category.is_second for proof in caller.login.proofs):
        return False
    methods: frozenset[str] = caller.login.user.usable_methods()
    return bool(methods & ENROLLED_METHODS)


def _keep(user: Any, name: str, secret: str, code: str) -> Result:
    step = totp.step_of(secret, code)
    if step is None:
        return Result(NO_CODE)
    if name:
        try:
            with transaction.atomic():
                FlowSecret.objects.create(
                    user=user, name=name, secret_encrypted=secrets_at_rest.encrypt(secret), last_step=step
                )
        except IntegrityError:
            # SECURITY: another login has kept one meanwhile; this one must not take its place.
            return Result(_("A code was set up in another window. Sign in again."))
    return Result(detail=f"flow {name}")


def _use(user: Any, name: str, code: str) -> Result:
    kept = FlowSecret.objects.filter(user=user, name=name).first()
    step = totp.step_of(kept.secret, code) if kept is not None else None
    if kept is None or step is None:
        return Result(NO_CODE)
    # One conditional UPDATE decides, so that a code works once, also in a race.
    if FlowSecret.objects.filter(pk=kept.pk, last_step__lt=step).update(last_step=step) != 1:
        return Result(_("That code was already used. Wait for the next one."))
    return Result(detail=f"flow {name}")


def _check_passcode(caller: Caller, call: Call) -> Reply:
    wanted, given = secret_fields.reveal(str(call.values["passcode"])), str(call.values["value"])
    if wanted is None:
        raise FlowBroken("The passcode cannot be read: it was encrypted with a key that this site does not have.")

    def check() -> Result:
        return Result() if hmac.compare_digest(wanted.encode(), given.encode()) else Result(_("That passcode is not right."))

    return _reply(caller.counted(Method.LOGIN_FLOW.value, check))


def _webhook(caller: Caller, call: Call) -> Reply:
    secret = secret_fields.reveal(str(call.values["secret"]))
    if secret is None:
        raise FlowBroken("The signing secret cannot be read: it was encrypted with a key that this site does not have.")
    payload = {
        "flow": caller.flow,
        "element": call.element,
        "user": {"id": str(caller.login.user.pk), "username": caller.login.user.get_username()},
        "values": call.values["payload"],
    }
    delivery = f"{caller.run}.{call.element}"
    try:
        answered = webhooks.post(
            str(call.values["url"]), payload, secret=secret, delivery=delivery, timeout=float(call.values["timeout"])
        )
    except webhooks.WebhookFailed as failure:
        logger.warning("Webhook of %s failed, reference %s: %s", call.element, caller.login.reference, failure)
        return Reply(FAILED, {"why": str(failure)})
    return Reply(OK, answered)


def _action(caller: Caller, call: Call) -> Reply:
    name, request = str(call.values["action"]), caller.request
    run = actions.ActionRun(caller.login.user, caller.run, client_address(request), user_agent(request))
    try:
        outputs = actions.run(name, run, call.values["inputs"])
    except actions.ActionFailed as failure:
        logger.warning("Action %s failed, reference %s: %s", name, caller.login.reference, failure)
        return Reply(FAILED, {"why": str(failure)})
    action = actions.find(name)
    return Reply(OK, {**outputs, "verified": action is not None and action.verifies})


Maker = Callable[[Caller, Call], Reply]
_MAKERS: dict[str, Maker] = {
    "verify": _verify,
    "new_secret": _new_secret,
    "finish_enrol": _finish_enrol,
    "make_codes": _make_codes,
    "send_code": _send_code,
    "check_mailed_code": _check_mailed_code,
    "check_totp": _check_totp,
    "check_passcode": _check_passcode,
    "webhook": _webhook,
    "action": _action,
}
CALLS = frozenset(_MAKERS)
