"""The policies of the demo organisation beside those of its profiles and apps."""

from __future__ import annotations

from loginflows.models import FlowAssignment, LoginFlow
from sessions_policy.levels import SessionPolicy
from sessions_policy.models import Profile, ResourcePolicy, TrustedNetwork

from .people import CONTRACTOR

# Resource -> what it does with a session below High Assurance.
RESOURCES = {"reports": SessionPolicy.RAISE, "admin": SessionPolicy.RAISE}
TRUSTED_NETWORK = "127.0.0.0/8"
FLOW = "Contractor terms"
TERMS = {
    "elements": [
        {
            "id": "terms",
            "kind": "terms",
            "title": "Terms for contractors",
            "version": "2026-11",
            "text": (
                "You see data of our customers. Use it for the work that we agreed on, and for nothing else.\n\n"
                "Do not copy it to devices or services that we did not give you. Tell us at once when something was lost."
            ),
            "declined": "Without the terms there is no access. Talk to the person who hired you.",
        },
        {"id": "end", "kind": "finish"},
    ]
}


def create() -> None:
    """Make the resource policies, the trusted network and the contractors' login flow."""
    for key, action in RESOURCES.items():
        ResourcePolicy.objects.update_or_create(key=key, defaults={"action": action.value, "again_after_minutes": None})
    TrustedNetwork.objects.update_or_create(network=TRUSTED_NETWORK, defaults={"name": "This machine"})
    flow, _made = LoginFlow.objects.get_or_create(name=FLOW)
    flow.new_draft(TERMS).activate()
    FlowAssignment.objects.update_or_create(profile=Profile.objects.get(name=CONTRACTOR), defaults={"flow": flow})
