"""What administrators set, and what happened."""

from .events import DecisionRecord, RecordMode
from .impact_runs import ImpactRun
from .networks import TrustedNetwork
from .organisation import OrganisationSettings
from .permission_sets import PermissionSet
from .policy_model import PolicyMode, PolicyModel, PolicyRevision
from .profiles import Profile
from .resource_policies import ResourcePolicy
from .saved_questions import SavedQuestion
from .session_settings import MethodLevel
from .sessions import EndedSession, UserSession

__all__ = [
    "DecisionRecord",
    "EndedSession",
    "ImpactRun",
    "MethodLevel",
    "OrganisationSettings",
    "PermissionSet",
    "PolicyMode",
    "PolicyModel",
    "PolicyRevision",
    "Profile",
    "RecordMode",
    "ResourcePolicy",
    "SavedQuestion",
    "TrustedNetwork",
    "UserSession",
]
