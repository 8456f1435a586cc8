"""What each OAuth error code means, and what the developer of a client can do. Also the pages that ``error_uri`` points to."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MEANINGS: dict[str, tuple[str | Promise, str | Promise]] = {
    "invalid_request": (
        _("A parameter is missing, repeated or malformed."),
        _("Send each parameter once: in the body to the token endpoint, in the query to the authorize endpoint."),
    ),
    "invalid_client": (
        _("The client is unknown, or its authentication failed."),
        _("Check client_id and client_secret; a confidential client authenticates at every request."),
    ),
    "invalid_grant": (
        _("The code, token, assertion or password is wrong, used, expired, revoked, or was issued to another client."),
        _("Start the flow again. A code and a refresh token work once each; after a reuse their whole family is revoked."),
    ),
    "unauthorized_client": (
        _("This client may not use this grant."),
        _("Ask an administrator which grants the connected app may use, and whether it is open."),
    ),
    "unsupported_grant_type": (
        _("The server has no such grant."),
        _("The metadata at /.well-known/oauth-authorization-server lists the grants."),
    ),
    "unsupported_response_type": (
        _("The server has no such response type."),
        _("The metadata at /.well-known/oauth-authorization-server lists the response types."),
    ),
    "invalid_scope": (
        _("A scope is unknown, or the connected app may not ask for it."),
        _("Ask for the scopes that the connected app has; a refresh can only ask for less."),
    ),
    "access_denied": (
        _("The person or a policy denied the access."),
        _("Ask the person to approve, or an administrator why."),
    ),
    "login_required": (_("Nobody is signed in, and no page may be shown."), _("Send the request again without prompt=none.")),
    "consent_required": (_("The person has to approve first."), _("Send the request again without prompt=none.")),
    "interaction_required": (
        _("The person has to prove more first, and no page may be shown."),
        _("Send the request again without prompt=none."),
    ),
    "immediate_unsuccessful": (
        _("The request cannot be answered without a page."),
        _("Send the request again without immediate=true."),
    ),
    "unmet_authentication_requirements": (
        _("The level that the request calls essential cannot be reached by this person."),
        _("Ask for a level that they can reach, or have them set up a second factor (RFC 9470 section 5)."),
    ),
    "invalid_token": (
        _("The access token is unknown, expired or revoked, or its owner may not sign in."),
        _("Get a new token, by refresh or by a new approval."),
    ),
    "insufficient_scope": (
        _("The access token is good, but its scope is too small."),
        _("Ask for a token with the scope that the answer names."),
    ),
    "insufficient_user_authentication": (
        _("The access token is good, but too weak or too old for what was asked of the API."),
        _("Send the person through the authorize endpoint with the acr_values and max_age of the answer (RFC 9470)."),
    ),
    "invalid_target": (
        _("The resource is none of this server's."),
        _("Leave resource out, or name the API as /.well-known/oauth-protected-resource does (RFC 8707)."),
    ),
    "invalid_request_uri": (
        _("The request_uri is unknown, used or older than a minute, or another client pushed it."),
        _("Push the request again, and send the person at once. Each request_uri works once (RFC 9126)."),
    ),
    "request_uri_not_supported": (
        _("A request_uri that was not pushed here is never fetched."),
        _("Push the request to pushed_authorization_request_endpoint first (RFC 9126)."),
    ),
    "request_not_supported": (
        _("Signed request objects are not read."),
        _("Push the parameters from your server instead (RFC 9126), or send them in the query."),
    ),
    "server_error": (_("Something went wrong on the server."), _("Try again in a moment.")),
}

# The words of the reference system for the same (R6.8, R6.23, R6.34), for those who look for them.
REFERENCE_SYSTEM: dict[str, tuple[str, ...]] = {
    "invalid_client": ("invalid_client_id", "app_not_found", "invalid_basic_auth_header"),
    "invalid_grant": ("invalid_session_level", "inactive_user", "login_error", "invalid_otp", "bad_jti_claim"),
    "unauthorized_client": ("oauth_flow_disabled", "app_blocked", "invalid_app_access"),
    "invalid_request": ("redirect_uri_missing", "redirect_uri_mismatch", "invalid_assertion_type"),
    "server_error": ("unknown_error", "service_unavailable"),
    "interaction_required": ("immediate_unsuccessful",),
}
