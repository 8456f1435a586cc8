"""Terms to accept. Whoever does not accept them is not let in."""

from __future__ import annotations

from .kind import Answer, Effect, Element, Ending, Input, Kind, Text, Values

ACCEPT = Input("accept", "on")
DECLINE = Input("decline", "yes", is_button=True)
ACCEPTED, DECLINED = "accepted", "declined"


def answer(element: Element, values: Values) -> Answer:
    """Accepting goes on and is written down with the version of the terms; declining logs out; nothing else moves."""
    if DECLINE.name in values:
        return Answer(ending=Ending.LOG_OUT, reason=DECLINED, text=element.text("declined"))
    if ACCEPT.name not in values:
        return Answer(problems={ACCEPT.name: "not_accepted"})
    return Answer(effects=(Effect(ACCEPTED, element.id, element.text("version")),))


KIND = Kind(
    "terms",
    texts=(Text("title", 100), Text("text", 50_000), Text("version", 40), Text("declined", 1_000, required=False)),
    inputs=(ACCEPT, DECLINE),
    answer=answer,
)
