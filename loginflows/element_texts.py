"""What kinds of elements, their fields, subjects and operators are called, for administrators who build flows."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

GROUPS: dict[str, Text] = {"screen": _("Screens"), "logic": _("Logic"), "action": _("Actions"), "end": _("Ends")}

# Kind -> its name, and what it does in a line.
KINDS: dict[str, tuple[Text, Text]] = {
    "message": (_("Message"), _("A page to read.")),
    "form": (_("Form"), _("Fields to fill in, kept in variables or in attributes of the user.")),
    "terms": (_("Accept terms"), _("Terms to accept, at every login or once for each version.")),
    "confirm_details": (_("Confirm details"), _("What is known of the person, to confirm or put right.")),
    "choose_method": (_("Choose a method"), _("Lets the person choose how to verify.")),
    "verify": (_("Verify"), _("Asks for a code of a second factor.")),
    "enrol": (_("Set up a method"), _("Sets up an authenticator app for people who have no method.")),
    "recovery_codes": (_("Recovery codes"), _("Makes recovery codes for people who have none.")),
    "email_code": (_("E-mailed code"), _("Sends a code by e-mail and takes it.")),
    "totp_check": (_("Code of an own secret"), _("A second factor of your own: shows a QR code, and checks its codes.")),
    "passcode": (_("Passcode"), _("Lets those in who know a passcode, for example while the site is closed.")),
    "decision": (_("Decision"), _("Takes the first outcome whose conditions hold.")),
    "assignment": (_("Assignment"), _("Sets variables of the flow.")),
    "sub_flow": (_("Sub-flow"), _("Runs another flow here, and comes back when it finishes.")),
    "raise_level": (_("Raise the session level"), _("Gives the session a level, after a verification.")),
    "limit_sessions": (_("Limit sessions"), _("Refuses a login, or ends the oldest session, when there are too many.")),
    "send_mail": (_("Send mail"), _("Sends a mail to the person, or to an address.")),
    "history_entry": (_("History entry"), _("Writes a line into the run's history.")),
    "set_attribute": (_("Set an attribute"), _("Sets an attribute of the user.")),
    "webhook": (_("Webhook"), _("Calls a web address, signed, and keeps its answer.")),
    "python_action": (_("Action"), _("Runs an action that a developer registered.")),
    "finish": (_("Finish"), _("Lets the person in, to the page that they asked for.")),
    "finish_at": (_("Finish at a location"), _("Lets the person in, at a place of your choice.")),
    "log_out": (_("Log out"), _("Does not let the person in, and says why.")),
}

# (kind, field) -> label and help; ("", field) holds for every kind that has no own.
FIELDS: dict[tuple[str, str], tuple[Text, Text]] = {
    ("", "title"): (_("Title"), ""),
    ("", "text"): (_("Text"), _("Values stand in braces, for example {user.first_name} or {variables.phone}.")),
    ("", "tries"): (_("Tries"), _("How many wrong tries a login has. The account's own budget of tries counts beside it.")),
    ("", "methods"): (_("Methods"), _("Which methods are taken.")),
    ("", "on_failure"): (_("When it fails"), _("Sign the person out, or go on: a decision can ask how it went.")),
    ("", "failed"): (_("What people are told when it fails"), ""),
    ("message", "button"): (_("Text of the button"), _("Empty: Continue.")),
    ("form", "fields"): (_("Fields"), ""),
    ("terms", "version"): (_("Version"), _("A new version is asked of everybody again.")),
    ("terms", "declined"): (_("What people are told who decline"), ""),
    ("terms", "once"): (_("Ask only once for each version"), ""),
    ("terms", "document"): (_("Document"), _("A name by which these terms are known again, in every flow.")),
    ("confirm_details", "attributes"): (
        _("Attributes"),
        _("What is shown, and may be changed. E-mail needs a verification before."),
    ),
    ("verify", "skip_if_proven"): (_("Skip it if a second factor was proven in this login"), ""),
    ("enrol", "may_put_off"): (_("People may put it off"), ""),
    ("recovery_codes", "may_skip"): (_("People may do without"), ""),
    ("totp_check", "keep_as"): (
        _("Keep the secret as"),
        _("A name under which the person's secret is kept for later logins. Empty: a new one at every login."),
    ),
    ("passcode", "passcode"): (_("Passcode"), _("At least 8 characters. It is encrypted and not shown again.")),
    ("assignment", "values"): (_("Values"), _("Each sets a variable to a text, or to the value of a subject.")),
    ("sub_flow", "flow"): (_("Flow"), _("Its active version runs here.")),
    ("raise_level", "level"): (_("Level"), ""),
    ("limit_sessions", "most"): (_("Most sessions at once"), _("With the one that this login opens.")),
    ("limit_sessions", "action"): (_("When there are too many"), ""),
    ("send_mail", "to"): (_("To"), _("Empty: the person.")),
    ("send_mail", "subject"): (_("Subject"), ""),
    ("set_attribute", "attribute"): (_("Attribute"), ""),
    ("set_attribute", "value"): (_("Value"), _("Values stand in braces, for example {variables.phone}.")),
    ("webhook", "url"): (_("Address"), _("Begins with https://. Addresses inside this site's network are refused.")),
    ("webhook", "secret"): (
        _("Signing secret"),
        _("At least 16 characters; signs the body with HMAC-SHA256. Encrypted, not shown again."),
    ),
    ("webhook", "payload"): (_("What is sent"), ""),
    ("webhook", "answer"): (_("What is kept of the answer"), _("Names in its JSON object; each becomes a variable.")),
    ("webhook", "timeout"): (_("Time-out in seconds"), ""),
    ("python_action", "action"): (_("Action"), ""),
    ("python_action", "inputs"): (_("Inputs"), ""),
    ("python_action", "outputs"): (_("Outputs"), _("Which output is kept in which variable.")),
    ("finish_at", "location"): (_("Location"), _("A path such as /security/, or an address that the site allows.")),
}

# (kind, field, choice) or ("", field, choice) -> label.
CHOICES: dict[tuple[str, str, str], Text] = {
    ("", "on_failure", "log_out"): _("Sign the person out"),
    ("", "on_failure", "go_on"): _("Go on"),
    ("limit_sessions", "action", "deny"): _("Refuse the login"),
    ("limit_sessions", "action", "end_oldest"): _("End the oldest"),
    ("raise_level", "level", "standard"): _("Standard"),
    ("raise_level", "level", "high_assurance"): _("High Assurance"),
    ("", "methods", "authenticator_app"): _("Authenticator app"),
    ("", "methods", "temporary_code"): _("Temporary code"),
    ("", "methods", "recovery_code"): _("Recovery code"),
    ("", "type", "text"): _("Text"),
    ("", "type", "long_text"): _("Long text"),
    ("", "type", "choice"): _("Choice"),
    ("", "type", "tick"): _("Tick box"),
    ("", "type", "date"): _("Date"),
    ("", "type", "email"): _("E-mail address"),
    ("", "keep", "variable"): _("A variable of the flow"),
    ("", "keep", "attribute"): _("An attribute of the user"),
}

SUBJECTS: dict[str, Text] = {
    "login.type": _("kind of login"),
    "login.method": _("login method"),
    "login.ip": _("address"),
    "login.network": _("network"),
    "login.in_profile_ranges": _("address lies in the profile's IP ranges"),
    "login.user_agent": _("browser or program"),
    "login.platform": _("platform"),
    "login.app": _("connected app"),
    "login.session_level": _("session level"),
    "login.second_factor": _("a second factor was proven in this login"),
    "login.first_ever": _("first login ever"),
    "login.first_today": _("first login today"),
    "login.first_this_month": _("first login this month"),
    "login.first_this_year": _("first login this year"),
    "login.days_since_last": _("days since the last login"),
    "user.id": _("user's id"),
    "user.username": _("username"),
    "user.email": _("e-mail address"),
    "user.first_name": _("first name"),
    "user.last_name": _("last name"),
    "user.is_staff": _("user may open the administration"),
    "user.days_since_joined": _("days since the account was made"),
    "profile.name": _("profile"),
    "profile.required_level": _("level that the profile requires"),
    "time.weekday": _("weekday"),
    "time.hour": _("hour of the day"),
    "time.date": _("date"),
    "time.within_login_hours": _("now lies within the profile's login hours"),
    "device.remembered": _("browser is remembered"),
    "sessions.count": _("running sessions of the user"),
    "methods.has_authenticator": _("user has an authenticator app"),
    "methods.has_recovery_codes": _("user has recovery codes"),
    "methods.has_second_factor": _("user has a second factor"),
    "methods.recovery_codes_left": _("recovery codes left"),
}

OPERATORS: dict[str, Text] = {
    "is": _("is"),
    "is_not": _("is not"),
    "is_one_of": _("is one of"),
    "contains": _("contains"),
    "starts_with": _("begins with"),
    "is_empty": _("is empty"),
    "is_not_empty": _("is not empty"),
    "at_least": _("is at least"),
    "at_most": _("is at most"),
    "is_true": _("is true"),
    "is_false": _("is not true"),
    "before": _("is before"),
    "on_or_after": _("is on or after"),
    "in_network": _("lies in the network"),
    "not_in_network": _("lies outside the network"),
}

# (subject, value) -> label, for subjects with choices.
VALUES: dict[tuple[str, str], Text] = {
    ("login.network", "trusted"): _("trusted"),
    ("login.network", "untrusted"): _("not trusted"),
    ("login.type", "password"): _("password"),
    ("login.type", "sso"): _("single sign-on"),
    ("login.type", "passkey"): _("passkey"),
    ("login.type", "temporary_code"): _("temporary code"),
    ("login.type", "other"): _("other"),
    ("login.platform", "windows"): "Windows",
    ("login.platform", "macos"): "macOS",
    ("login.platform", "linux"): "Linux",
    ("login.platform", "android"): "Android",
    ("login.platform", "ios"): "iOS",
    ("login.platform", "other"): _("other"),
    **{(key, "none"): _("none") for key in ("login.session_level", "profile.required_level")},
    **{(key, "standard"): _("Standard") for key in ("login.session_level", "profile.required_level")},
    **{(key, "high_assurance"): _("High Assurance") for key in ("login.session_level", "profile.required_level")},
    ("time.weekday", "mon"): _("Monday"),
    ("time.weekday", "tue"): _("Tuesday"),
    ("time.weekday", "wed"): _("Wednesday"),
    ("time.weekday", "thu"): _("Thursday"),
    ("time.weekday", "fri"): _("Friday"),
    ("time.weekday", "sat"): _("Saturday"),
    ("time.weekday", "sun"): _("Sunday"),
}

RESULTS: dict[str, Text] = {
    "succeeded": _("succeeded"),
    "failed": _("failed"),
    "no_method": _("the person has no such method"),
    "proven_before": _("a second factor was proven before"),
    "accepted": _("accepted"),
    "accepted_before": _("accepted at an earlier login"),
    "declined": _("declined"),
    "answered": _("answered"),
    "confirmed": _("confirmed"),
    "changed": _("changed"),
    "chosen": _("chosen"),
    "only_one": _("there was only one"),
    "has_method": _("the person has a method"),
    "later": _("put off"),
    "made": _("made"),
    "has_codes": _("the person has codes"),
    "no_device": _("the person has no device"),
    "skipped": _("skipped"),
    "no_address": _("there is no address"),
    "registered": _("registered now"),
    "raised": _("raised"),
    "within": _("within the limit"),
    "ended": _("older sessions were ended"),
    "refused": _("refused"),
    "sent": _("sent"),
}


def kind_name(kind: str) -> str:
    """Return what a kind is called."""
    return str(KINDS[kind][0]) if kind in KINDS else kind


def field_label(kind: str, field: str) -> str:
    """Return the label of a kind's field."""
    return str((FIELDS.get((kind, field)) or FIELDS.get(("", field)) or (field, ""))[0])


def field_help(kind: str, field: str) -> str:
    """Return what a kind's field is for; "" where the label is enough."""
    return str((FIELDS.get((kind, field)) or FIELDS.get(("", field)) or (field, ""))[1])


def choice_label(kind: str, field: str, choice: str) -> str:
    """Return the label of a choice in a kind's field."""
    return str(CHOICES.get((kind, field, choice)) or CHOICES.get(("", field, choice)) or choice)


def subject_label(key: str) -> str:
    """Return what a subject is called; variables, attributes and results by their own names."""
    family, _dot, name = key.partition(".")
    families = {"variables": _("variable %s"), "attributes": _("attribute %s"), "results": _("result of %s")}
    return str(families[family]) % name if family in families else str(SUBJECTS.get(key, key))


def value_label(subject: str, value: str) -> str:
    """Return the label of a value that a subject can have."""
    if subject.startswith("results."):
        return str(RESULTS.get(value, value))
    return str(VALUES.get((subject, value), value))
