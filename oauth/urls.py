"""Addresses of this application: each at its own path, and at that of the reference system for clients that expect it.

Nothing of the library's own is mounted: its pages would let anybody register an app, and its device flow has no gate.
"""

from django.urls import path

from .api import apps, tokens
from .views import developers, end_session, metadata, playground, token
from .views.api_login import ApiLoginView
from .views.authorize import authorize
from .views.connected_apps import ConnectedAppsView
from .views.frontdoor import frontdoor
from .views.grid import GridView
from .views.resources import IdentityView, SingleAccessView, UserInfoView

urlpatterns = [
    path("oauth/authorize/", authorize, name="authorize"),
    path("oauth/token/", token.token, name="token"),
    path("oauth/par/", token.push, name="par"),
    path("oauth/revoke/", token.revoke, name="revoke"),
    path("oauth/introspect/", token.introspect, name="introspect"),
    path("oauth/userinfo/", UserInfoView.as_view(), name="userinfo"),
    path("oauth/end-session/", end_session.end, name="end-session"),
    path("oauth/singleaccess/", SingleAccessView.as_view(), name="singleaccess"),
    path("oauth/frontdoor/", frontdoor, name="frontdoor"),
    path("id/<str:organisation>/<str:user_id>", IdentityView.as_view(), name="identity"),
    path("services/oauth2/authorize", authorize),
    path("services/oauth2/token", token.token),
    path("services/oauth2/revoke", token.revoke),
    path("services/oauth2/introspect", token.introspect),
    path("services/oauth2/userinfo", UserInfoView.as_view()),
    path("services/oauth2/singleaccess", SingleAccessView.as_view()),
    path("secur/frontdoor.jsp", frontdoor),
    path(".well-known/oauth-authorization-server", metadata.authorization_server, name="oauth-authorization-server"),
    path(".well-known/openid-configuration", metadata.openid_configuration, name="openid-configuration"),
    path(".well-known/oauth-protected-resource", metadata.protected_site, name="oauth-protected-resource"),
    path(".well-known/oauth-protected-resource/api/v1/", metadata.protected_api, name="oauth-protected-api"),
    path(".well-known/oauth-protected-resource/api/v1", metadata.protected_api),
    path("oauth/jwks.json", metadata.jwks, name="jwks"),
    path("docs/why/oauth/<str:code>/", metadata.why_oauth, name="why-oauth"),
    path("api/v1/login/", ApiLoginView.as_view(), name="api-login"),
    path("api/v1/connected-apps/", apps.ConnectedAppsApiView.as_view(), name="api-connected-apps"),
    path("api/v1/connected-apps/<int:pk>/", apps.ConnectedAppApiView.as_view(), name="api-connected-app"),
    path("api/v1/connected-apps/<int:pk>/secret/", apps.ConnectedAppSecretView.as_view(), name="api-connected-app-secret"),
    path("api/v1/connected-apps/<int:pk>/tokens/", apps.ConnectedAppTokensView.as_view(), name="api-connected-app-tokens"),
    path("api/v1/approvals/", tokens.ApprovalsView.as_view(), name="api-approvals"),
    path("api/v1/approvals/<int:pk>/", tokens.ApprovalView.as_view(), name="api-approval"),
    path("api/v1/access-tokens/", tokens.TokensView.as_view(), name="api-access-tokens"),
    path("api/v1/access-tokens/<int:pk>/", tokens.TokenView.as_view(), name="api-access-token"),
    path("api/v1/refresh-tokens/", tokens.RefreshTokensView.as_view(), name="api-refresh-tokens"),
    path("api/v1/refresh-tokens/<int:pk>/", tokens.RefreshTokenView.as_view(), name="api-refresh-token"),
    path("developers/", developers.developers, name="developers"),
    path("developers/apps/<int:pk>/", developers.developer_app, name="developer-app"),
    path("developers/playground/", playground.playground, name="playground"),
    path("developers/playground/callback/", playground.callback, name="playground-callback"),
    path("api/v1/grid/", GridView.as_view(), name="api-grid"),
    path("security/connected-apps/", ConnectedAppsView.as_view(), name="security-connected-apps"),
]
