"""What administrators set, and what happened."""

from .events import DecisionRecord
from .networks import TrustedNetwork
from .organisation import OrganisationSettings
from .permission_sets import PermissionSet
from .policy_model import PolicyModel, PolicyRevision
from .profiles import Profile
from .resource_policies import ResourcePolicy
from .session_settings import MethodLevel
from .sessions import EndedSession, UserSession

__all__ = [
    "DecisionRecord",
    "EndedSession",
    "MethodLevel",
    "OrganisationSettings",
    "PermissionSet",
    "PolicyModel",
    "PolicyRevision",
    "Profile",
    "ResourcePolicy",
    "TrustedNetwork",
    "UserSession",
]
