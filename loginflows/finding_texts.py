"""What the validator's findings say to administrators."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .findings import Finding

FINDINGS: dict[str, str | Promise] = {
    "flow.shape": _('The definition must be an object with "schema" and "elements", which is a list.'),
    "flow.schema": _("This definition was written for another release. This site reads schema {schema}."),
    "flow.empty": _("The flow has no elements."),
    "flow.too_long": _("A flow has at most {most} elements."),
    "flow.too_deep": _("Decisions lie in one another more than {most} deep. Use a sub-flow."),
    "flow.unreadable": _("The flow cannot be read: {why}"),
    "flow.no_end": _("Nothing follows this element: add a finish or a log out."),
    "flow.no_finish": _("No path finishes: everybody would be signed out. Add a finish."),
    "flow.unassigned": _("No profile uses this flow."),
    "flow.running": _("{runs} runs are in progress on the active version. They finish on it."),
    "element.shape": _("An element must be an object."),
    "element.id": _('An element needs an "id" of up to 40 lower-case letters, digits, - and _, beginning with a letter.'),
    "element.id_twice": _("Two elements have this id."),
    "element.kind": _("There is no kind {kind}. Write one of: {kinds}."),
    "element.unreachable": _("No path comes to this element."),
    "field.unknown": _("This kind of element has no {field}."),
    "field.missing": _("The {field} is missing."),
    "field.not_text": _("The {field} must be a text."),
    "field.empty": _("The {field} is empty."),
    "field.too_long": _("The {field} is longer than {most} characters."),
    "field.too_short": _("The {field} is shorter than {least} characters."),
    "field.number": _("The {field} must be a whole number from {least} to {most}."),
    "field.tick": _("The {field} must be true or false."),
    "field.choice": _("The {field} must be of: {choices}."),
    "field.list": _("The {field} must be a list of {least} to {most}."),
    "field.name": _("The {field} must be a name of up to 40 lower-case letters, digits and _: {name} is not."),
    "field.attribute": _("Flows may not show or set the attribute {name}. An administrator can allow it."),
    "text.long": _("The text is longer than {most} characters: few people will read it."),
    "terms.document": _("Terms that are asked only once need a document name, by which they are known again."),
    "form.row": _("Field {number} needs a name of lower-case letters, digits and _."),
    "form.label": _("Field {number} needs a label."),
    "form.type": _("Field {number} has a type, a place or a mark that does not exist."),
    "form.choices": _("Field {number} needs choices, each once."),
    "form.attribute": _("Field {number} is kept in an attribute that flows may not set."),
    "form.name_twice": _("Two fields have the same name."),
    "form.secret_attribute": _("{field} is a secret, and an attribute can be read: keep it in a variable."),
    "url.unreadable": _("The {field} must be an address that begins with https:// and has no name, password or # in it."),
    "url.private": _("The {field} leads to {host}, inside this site's own network. That is not allowed."),
    "location.not_allowed": _("{location} is neither a path of this site nor an address that flows may lead to."),
    "inputs.row": _("Every row of {field} needs a name and a subject or a value."),
    "outputs.row": _("Every row of {field} needs the name of an output and of a variable."),
    "mail.address": _("The mail goes to something that is no address."),
    "decision.outcomes": _("A decision needs 1 to {most} outcomes."),
    "decision.otherwise": _("The last outcome must be an object with a label and a list of elements."),
    "decision.outcome_shape": _("Outcome {outcome} needs an id, all or any, a list of conditions and a list of elements."),
    "decision.outcome_twice": _("Two outcomes have the same id."),
    "decision.empty": _("No outcome of this decision has an element: it changes nothing."),
    "outcome.conditions": _("The outcome “{outcome}” needs 1 to {most} conditions."),
    "outcome.never": _("The outcome “{outcome}” can never happen: its conditions contradict one another."),
    "outcome.covered": _("The outcome “{outcome}” can never happen: those before it take every case."),
    "outcome.always": _("The outcome “{outcome}” always happens."),
    "otherwise.never": _("The last outcome never happens: those before it take every case."),
    "condition.shape": _("A condition of the outcome “{outcome}” needs a subject, an operator and a value."),
    "condition.subject": _("There is nothing called {subject} that could be asked about."),
    "condition.operator": _("{subject} can be compared by: {operators}."),
    "condition.value": _("{subject} cannot be compared with that value."),
    "variable.unset": _("The variable {variable} is not set on every path that comes here."),
    "result.unknown": _("No path comes from the element {name} to here, so it has no result."),
    "level.unverified": _("Nothing on a path before this verified anything: the level must not rise."),
    "level.weak": _("Only an e-mailed code is verified before the level rises. That is a weak factor."),
    "address.unverified": _("The e-mail address is changed, and nothing on a path before this verified anything."),
    "address.weak": _("Only an e-mailed code is verified before the e-mail address is changed."),
    "verify.stuck": _("People without a method are signed out here: add an enrolment before it."),
    "failure.ignored": _("A failure goes on like a success: no decision asks for this element's result."),
    "sub_flow.unknown": _("There is no flow {flow} with an active version."),
    "sub_flow.circle": _("Flows run one another in a circle: {flows}."),
    "action.unknown": _("No action {action} is registered."),
    "action.input_missing": _("The action needs the input {name}."),
    "action.input_unknown": _("The action has no input {name}."),
    "action.output_unknown": _("The action has no output {name}."),
}


def message(finding: Finding) -> str:
    """Return ``finding`` in words, without its element."""
    return str(FINDINGS[finding.code]).format(**finding.values)


def sentence(finding: Finding) -> str:
    """Return ``finding`` in words, with its element in front."""
    said = message(finding)
    return f"{finding.element}: {said}" if finding.element else said
