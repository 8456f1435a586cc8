"""The acts of the builder: what a pressed button does to a draft, and what is said about it afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import editing, tree
from ..editing import Edited, EditRefused
from ..tree import Place, Row
from . import starts
from .outline import kind_name, name_of

REFUSALS: dict[str, str | Promise] = {
    "stale": gettext_lazy(
        "Somebody edited this draft after you opened it, so your change was not made. This is the draft as it is now: do it "
        "again."
    ),
    "not_draft": gettext_lazy("This version is no draft any more, so nothing was changed. Make a new draft from it."),
    "gone": gettext_lazy("That element or place is no longer there, so nothing was changed."),
    "edge": gettext_lazy("It stands at the edge already, so nothing was changed."),
    "into_itself": gettext_lazy("A decision cannot be moved into itself, so nothing was changed."),
    "last_outcome": gettext_lazy("A decision needs an outcome, so the last one stays. Delete the decision instead."),
    "nothing_to_undo": gettext_lazy("There is nothing to undo."),
    "unknown": gettext_lazy("That button does not belong to this page, so nothing was changed."),
}

TYPED = gettext_lazy(
    "Somebody edited this draft after you opened it. Nothing was saved yet: what you typed is still here. Look at the "
    "outline, and save it again if it still fits."
)


@dataclass(frozen=True, slots=True)
class Act:
    """A change of a definition, and the sentence about it, from the definition before and what came of it."""

    change: Callable[[Row], Edited]
    said: Callable[[Row, Edited], str]


def read(pressed: str, sent: Any) -> Act:
    """Return the act of the button ``pressed`` (``up:ID``, ``add:KIND`` …); raises EditRefused for no such button.

    ``sent`` is the form (a QueryDict); a button that needs a place takes it from there.
    """
    verb, _colon, target = pressed.partition(":")
    make = _ACTS.get(verb)
    if make is None:
        raise EditRefused("unknown")
    return make(target, sent)


def _add(kind: str, sent: Any) -> Act:
    place = _place(sent)
    row = starts.new_element(kind)
    return Act(
        lambda definition: editing.add(definition, place, row),
        lambda _before, after: _("Added “%(name)s” as step %(step)s.") % _where(after),
    )


def _move(element: str, sent: Any) -> Act:
    place = _place(sent)
    return Act(lambda definition: editing.move(definition, element, place), _moved)


def _up(element: str, sent: Any) -> Act:
    return Act(lambda definition: editing.move_up(definition, element), _moved)


def _down(element: str, sent: Any) -> Act:
    return Act(lambda definition: editing.move_down(definition, element), _moved)


def _duplicate(element: str, sent: Any) -> Act:
    return Act(
        lambda definition: editing.duplicate(definition, element),
        lambda _before, after: _("Duplicated “%(name)s”: the copy is step %(step)s.") % _where(after),
    )


def _delete(element: str, sent: Any) -> Act:
    return Act(
        lambda definition: editing.delete(definition, element),
        lambda before, _after: _("Deleted “%(name)s”. “Undo” brings it back.") % {"name": _called(before, element)},
    )


def _moved(before: Row, after: Edited) -> str:
    return _("Moved “%(name)s” to step %(step)s.") % _where(after)


def _place(sent: Any) -> Place:
    place = Place.parse(sent.get("place", ""))
    if place is None:
        raise EditRefused("gone")
    return place


def _where(after: Edited) -> dict[str, str]:
    items = list(tree.walk(after.definition))
    item = next(item for item in items if item.id == after.element)
    step = _("%(number)d of %(count)d") % {"number": item.number, "count": len(items)}
    return {"name": name_of(item.row), "step": step}


def _called(definition: Row, element: str) -> str:
    item = tree.find(definition, element)
    return name_of(item.row) if item else kind_name(element)


_ACTS: dict[str, Callable[[str, Any], Act]] = {
    "add": _add,
    "move": _move,
    "up": _up,
    "down": _down,
    "duplicate": _duplicate,
    "delete": _delete,
}
