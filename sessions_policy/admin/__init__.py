"""Policies in the administration: what administrators set, and what happened under it."""

from .decisions import DecisionRecordAdmin
from .impact_runs import ImpactRunAdmin
from .networks import TrustedNetworkAdmin
from .organisation import OrganisationSettingsAdmin
from .permission_sets import PermissionSetAdmin
from .profiles import ProfileAdmin
from .resource_policies import ResourcePolicyAdmin
from .revisions import PolicyRevisionAdmin
from .session_settings import MethodLevelAdmin
from .sessions import UserSessionAdmin
from .what_if import SavedQuestionAdmin

__all__ = [
    "DecisionRecordAdmin",
    "ImpactRunAdmin",
    "MethodLevelAdmin",
    "OrganisationSettingsAdmin",
    "PermissionSetAdmin",
    "PolicyRevisionAdmin",
    "ProfileAdmin",
    "ResourcePolicyAdmin",
    "SavedQuestionAdmin",
    "TrustedNetworkAdmin",
    "UserSessionAdmin",
]
