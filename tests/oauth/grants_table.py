"""Every way to a token, in every situation: the table that the tests run cell by cell and that ``docs/grants.md`` shows.

``python -m tests.oauth.grants_table > docs/grants.md`` writes the page.
"""

from __future__ import annotations

import sys

SITUATIONS = {
    "open": "nothing is required",
    "profile": "profile: High Assurance",
    "app_raise": "app: raise",
    "app_block": "app: block",
    "api_two_factor": "two factors for API logins",
    "frozen": "user frozen",
    "not_listed": "the app lacks the grant",
    "older_profile": "older token, profile rises",
    "older_raise": "older token, app rises",
    "older_block": "older token, app is blocked",
}
WAYS = {
    "web server": "`authorization_code`: the person approves in the browser",
    "user-agent": "`implicit`: the same, the token comes in the fragment",
    "refresh token": "`refresh_token`: what somebody approved before goes on",
    "JWT bearer": "`urn:ietf:params:oauth:grant-type:jwt-bearer`: the app signs, nobody approves",
    "username-password": "`password`: the app sends the person's password",
    "client credentials": "`client_credentials`: the app stands for the user whom it runs as",
    "API login": "`POST /api/v1/login/`: a program without an app",
    "bridge": "`POST /oauth/singleaccess/`: a token of the web server flow opens a browser session",
    "device flow": "`urn:ietf:params:oauth:grant-type:device_code`",
    "token exchange": "`urn:ietf:params:oauth:grant-type:token-exchange`",
    "SAML bearer": "`urn:ietf:params:oauth:grant-type:saml2-bearer`",
}

TOKEN, PROVE, PAGE = "token", "second factor, then token", "page says why not"
USER, APP, UNKNOWN = "invalid_grant", "unauthorized_client", "unsupported_grant_type"
WORKS, CLOSED, DEAD, NONE = "works", "403 blocked_by_policy", "401 invalid_token", "no token"
OPENED, ASKED = "session at Standard", "session at Standard, second factor before any page"
LOGIN = "403 invalid_grant"

APPROVED = (TOKEN, PROVE, PROVE, PAGE, TOKEN, PAGE, APP, WORKS, WORKS, DEAD)
UNAPPROVED = (TOKEN, USER, APP, APP, TOKEN, USER, APP, CLOSED, CLOSED, DEAD)
ABSENT = (UNKNOWN,) * 7 + (NONE,) * 3

TABLE: dict[str, tuple[str, ...]] = {
    "web server": APPROVED,
    "user-agent": APPROVED,
    "refresh token": (TOKEN, TOKEN, TOKEN, APP, TOKEN, USER, APP, WORKS, WORKS, DEAD),
    "JWT bearer": UNAPPROVED,
    "username-password": (TOKEN, USER, APP, APP, USER, USER, APP, CLOSED, CLOSED, DEAD),
    "client credentials": UNAPPROVED,
    "API login": (TOKEN, LOGIN, TOKEN, TOKEN, LOGIN, LOGIN, TOKEN, CLOSED, WORKS, WORKS),
    "bridge": (OPENED, ASKED, OPENED, DEAD, OPENED, DEAD, OPENED, WORKS, WORKS, DEAD),
    "device flow": ABSENT,
    "token exchange": ABSENT,
    "SAML bearer": ABSENT,
}

HEAD = """# Grants, profiles and apps

What each way to a token gives in each situation. The tests run every cell against the real endpoints
(`tests/oauth/test_grants_table.py`) and hold this page to it; `python -m tests.oauth.grants_table > docs/grants.md` writes it.

The person has an authenticator and a Standard session. An older token is one that was given before the policy changed, and the
cell says what the API answers to it then. A refused grant answers 400 with that `error`, an `error_description` that names the
policy and says what to use instead, and an `error_uri` that explains it.

"""
FOOT = """
Why this is so: a flow in which the person approves can ask them for a second factor, so it goes on under High Assurance; its
tokens stay Standard at every door unless the client asked for more by `acr_values`. A grant in which nobody approves can ask
nobody, so it gives nothing there. [Decision 7](decisions/0007-grants-and-extensions-that-are-not-offered.md) says why three
grants are not offered at all.
"""


def rows() -> dict[str, dict[str, str]]:
    """Return the cells by way and situation."""
    return {way: dict(zip(SITUATIONS, cells, strict=True)) for way, cells in TABLE.items()}


def markdown() -> str:
    """Return the page: two tables of the same ways, so that they fit a screen."""
    names = list(SITUATIONS)
    parts = [HEAD, "| way | |\n|---|---|\n", *(f"| {way} | {words} |\n" for way, words in WAYS.items())]
    for title, some in (("At the door", names[:7]), ("Older tokens, at the API", names[7:])):
        parts.append(f"\n## {title}\n\n| | " + " | ".join(SITUATIONS[name] for name in some) + " |\n")
        parts.append("|---" * (len(some) + 1) + "|\n")
        parts += [f"| **{way}** | " + " | ".join(cells[name] for name in some) + " |\n" for way, cells in rows().items()]
    return "".join([*parts, FOOT])


if __name__ == "__main__":
    sys.stdout.write(markdown())
