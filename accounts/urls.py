"""Addresses of this application."""

from django.urls import path

from .api import administration, policies, whatif
from .api import views as api
from .views import own_sessions
from .views.activate import ActivateView
from .views.activity import activity_why
from .views.enrol import EnrolView, LoginRecoveryCodesView
from .views.home import home
from .views.methods import AddAuthenticatorView, ChangePasswordView, RecoveryCodesView, RemoveDeviceView
from .views.recovery_codes import download
from .views.reports import report_file, reports
from .views.security import security
from .views.sign_in import LoginView, sign_out
from .views.step_up import StepUpView
from .views.verify import VerifyView

urlpatterns = [
    path("", home, name="home"),
    path("login/", LoginView.as_view(), name="login"),
    path("login/verify/", VerifyView.as_view(), name="login-verify"),
    path("login/activate/", ActivateView.as_view(), name="login-activate"),
    path("login/enrol/", EnrolView.as_view(), name="login-enrol"),
    path("login/recovery-codes/", LoginRecoveryCodesView.as_view(), name="login-recovery-codes"),
    path("logout/", sign_out, name="logout"),
    path("step-up/", StepUpView.as_view(), name="step-up"),
    path("security/", security, name="security"),
    path("security/authenticator/add/", AddAuthenticatorView.as_view(), name="security-add-authenticator"),
    path("security/authenticator/<int:pk>/remove/", RemoveDeviceView.as_view(), name="security-remove-device"),
    path("security/recovery-codes/", RecoveryCodesView.as_view(), name="security-recovery-codes"),
    path("security/recovery-codes/download/", download, name="recovery-codes-download"),
    path("security/password/", ChangePasswordView.as_view(), name="change-password"),
    path("reports/", reports, name="reports"),
    path("reports/<slug:kind>.csv", report_file, name="report-file"),
    path("security/sessions/end-others/", own_sessions.end_other_sessions, name="security-end-others"),
    path("security/sessions/<slug:public_id>/end/", own_sessions.end_session, name="security-end-session"),
    path("security/browsers/<int:pk>/forget/", own_sessions.forget_browser, name="security-forget-browser"),
    path("security/activity/<slug:kind>/<int:pk>/", activity_why, name="security-activity-why"),
    path("security/stay/", own_sessions.stay, name="security-stay"),
    path("api/v1/session/", api.SessionView.as_view(), name="api-session"),
    path("api/v1/me/", api.MeView.as_view(), name="api-me"),
    path("api/v1/reports/", api.ReportsView.as_view(), name="api-reports"),
    path("api/v1/sessions/", administration.SessionsView.as_view(), name="api-sessions"),
    path("api/v1/sessions/<slug:public_id>/", administration.SessionEndView.as_view(), name="api-session-end"),
    path("api/v1/devices/", administration.DevicesView.as_view(), name="api-devices"),
    path("api/v1/devices/<int:pk>/", administration.DeviceView.as_view(), name="api-device"),
    path("api/v1/users/<str:username>/temporary-code/", administration.TemporaryCodeView.as_view(), name="api-temporary-code"),
    path("api/v1/users/<str:username>/reset/", administration.ResetView.as_view(), name="api-reset"),
    path("api/v1/users/<str:username>/unlock/", administration.UnlockView.as_view(), name="api-unlock"),
    path("api/v1/users/<str:username>/requirements/", administration.RequirementsView.as_view(), name="api-requirements"),
    path("api/v1/histories/logins/", administration.LoginsView.as_view(), name="api-logins"),
    path("api/v1/histories/verifications/", administration.VerificationsView.as_view(), name="api-verifications"),
    path("api/v1/histories/decisions/", administration.DecisionsView.as_view(), name="api-decisions"),
    path("api/v1/whatif/", whatif.WhatIfView.as_view(), name="api-whatif"),
    path("api/v1/policies/", policies.PoliciesView.as_view(), name="api-policies"),
    path("api/v1/policies/profiles/", policies.ProfileListView.as_view(), name="api-profiles"),
    path("api/v1/policies/profiles/<int:key>/", policies.ProfileView.as_view(), name="api-profile"),
    path("api/v1/policies/permission-sets/", policies.PermissionSetListView.as_view(), name="api-permission-sets"),
    path("api/v1/policies/permission-sets/<int:key>/", policies.PermissionSetView.as_view(), name="api-permission-set"),
    path("api/v1/policies/session-settings/", policies.SessionSettingListView.as_view(), name="api-session-settings"),
    path("api/v1/policies/session-settings/<str:key>/", policies.SessionSettingView.as_view(), name="api-session-setting"),
    path("api/v1/policies/resources/", policies.ResourceListView.as_view(), name="api-resources"),
    path("api/v1/policies/resources/<slug:key>/", policies.ResourceView.as_view(), name="api-resource"),
    path("api/v1/policies/networks/", policies.NetworkListView.as_view(), name="api-networks"),
    path("api/v1/policies/networks/<int:key>/", policies.NetworkView.as_view(), name="api-network"),
    path("api/v1/policies/organisation/", policies.OrganisationView.as_view(), name="api-organisation"),
    path("api/v1/policies/revisions/", policies.RevisionsView.as_view(), name="api-revisions"),
    path("api/v1/policies/revisions/<int:pk>/revert/", policies.RevertView.as_view(), name="api-revert"),
]
