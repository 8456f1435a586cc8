"""The words of the house: levels, methods, categories and channels. Pure: no Django, no I/O."""

from __future__ import annotations

from enum import Enum, IntEnum, StrEnum


class Level(IntEnum):
    """How much a session has proven. Ordered: "enough" is ``level >= required``. The gaps leave room for more."""

    NONE = 0
    STANDARD = 10
    HIGH_ASSURANCE = 20

    @property
    def slug(self) -> str:
        """The level's stable name in URLs, JSON and the database: ``none``, ``standard``, ``high_assurance``."""
        return self.name.lower()

    @property
    def acr(self) -> str:
        """The level as an OpenID Connect authentication context class reference."""
        return "urn:authsite:" + self.slug.replace("_", "-")

    @classmethod
    def from_slug(cls, slug: str) -> Level:
        """Return the level named ``slug``; an unknown name is the lowest level, never a pass."""
        return _BY_SLUG.get(slug, cls.NONE)

    @classmethod
    def from_acr(cls, acr: str) -> Level | None:
        """Return the level that ``acr`` asks for, or None when it names none of ours."""
        return _BY_ACR.get(acr)


_BY_SLUG = {level.slug: level for level in Level}
_BY_ACR = {level.acr: level for level in Level if level > Level.NONE}


class Category(Enum):
    """What a method can stand for.

    ``CHECK`` confirms a device or an address, and ``CARRIED`` brings a level by rule: neither is a factor of its own.
    """

    FIRST_FACTOR = "first_factor"
    SECOND_FACTOR = "second_factor"
    BOTH = "both"
    CHECK = "check"
    CARRIED = "carried"

    @property
    def is_first(self) -> bool:
        """Whether a proof of this category says who somebody is."""
        return self in (Category.FIRST_FACTOR, Category.BOTH)

    @property
    def is_second(self) -> bool:
        """Whether a proof of this category satisfies a demand for two factors (R1.5, R1.6)."""
        return self in (Category.SECOND_FACTOR, Category.BOTH)


class Method(StrEnum):
    """One way to prove who you are. SSO providers are methods too, named ``sso:<provider>``."""

    PASSWORD = "password"  # noqa: S105 - the name of a method
    DELEGATED = "delegated"
    AUTHENTICATOR_APP = "authenticator_app"
    SECURITY_KEY = "security_key"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"
    TEMPORARY_CODE = "temporary_code"
    EMAIL_CODE = "email_code"
    ACTIVATION = "activation"
    TOKEN_BRIDGE = "token_bridge"  # noqa: S105 - the name of a method
    LOGIN_FLOW = "login_flow"
    CLIENT_ASSERTION = "client_assertion"
    CLIENT_CREDENTIALS = "client_credentials"


SSO_PREFIX = "sso:"

CATEGORIES: dict[str, Category] = {
    Method.PASSWORD: Category.FIRST_FACTOR,
    Method.DELEGATED: Category.FIRST_FACTOR,
    Method.AUTHENTICATOR_APP: Category.SECOND_FACTOR,
    Method.SECURITY_KEY: Category.SECOND_FACTOR,
    Method.PASSKEY: Category.BOTH,
    Method.RECOVERY_CODE: Category.SECOND_FACTOR,
    Method.TEMPORARY_CODE: Category.SECOND_FACTOR,
    Method.EMAIL_CODE: Category.CHECK,
    Method.ACTIVATION: Category.CHECK,
    Method.TOKEN_BRIDGE: Category.FIRST_FACTOR,
    Method.LOGIN_FLOW: Category.CARRIED,
    Method.CLIENT_ASSERTION: Category.FIRST_FACTOR,
    Method.CLIENT_CREDENTIALS: Category.FIRST_FACTOR,
}

# R3.3: what each method gives until an administrator moves it.
DEFAULT_COLUMNS: dict[str, Level] = {
    Method.PASSWORD: Level.STANDARD,
    Method.DELEGATED: Level.STANDARD,
    Method.AUTHENTICATOR_APP: Level.HIGH_ASSURANCE,
    Method.SECURITY_KEY: Level.HIGH_ASSURANCE,
    Method.PASSKEY: Level.HIGH_ASSURANCE,
    Method.RECOVERY_CODE: Level.HIGH_ASSURANCE,
    Method.TEMPORARY_CODE: Level.HIGH_ASSURANCE,
    Method.EMAIL_CODE: Level.STANDARD,
    Method.ACTIVATION: Level.STANDARD,
    Method.TOKEN_BRIDGE: Level.STANDARD,
}

# R7.6, ruling on grants without approval: what these prove is fixed, so no table can lift them.
FIXED_COLUMNS: dict[str, Level] = {
    Method.LOGIN_FLOW: Level.STANDARD,
    Method.CLIENT_ASSERTION: Level.STANDARD,
    Method.CLIENT_CREDENTIALS: Level.STANDARD,
}

# R1.7: the two-factor permission is about these direct logins; SSO is the profile's business.
DIRECT_LOGINS = frozenset({Method.PASSWORD.value, Method.DELEGATED.value})

# Methods whose existence guards enrolment: a thief of the password must not add a device of their own.
ENROLLED_METHODS = frozenset({Method.AUTHENTICATOR_APP.value, Method.SECURITY_KEY.value, Method.PASSKEY.value})


def category_of(method: str) -> Category:
    """Return the category of ``method``; what nobody knows is a check, which proves nothing by itself."""
    if method.startswith(SSO_PREFIX):
        return Category.FIRST_FACTOR
    return CATEGORIES.get(method, Category.CHECK)


class Channel(StrEnum):
    """Through which kind of door somebody comes."""

    BROWSER = "browser"
    API_LOGIN = "api_login"
    GRANT = "grant"
    TOKEN = "token"  # noqa: S105 - the name of a channel
    BRIDGE = "bridge"


class SessionPolicy(StrEnum):
    """What a resource or a connected app does with a session below High Assurance (R4.2, R4.10)."""

    ALLOW = "allow"
    RAISE = "raise"
    BLOCK = "block"


class Mode(StrEnum):
    """Whether a policy is in force, only watched (what it would have done is written down), or neither."""

    OFF = "off"
    REPORT_ONLY = "report_only"
    ON = "on"


class IpRelaxation(StrEnum):
    """Whether the IP ranges of a profile hold for the tokens of a connected app (R6.35)."""

    ENFORCE = "enforce"
    RELAX_REFRESH = "relax_refresh"
    RELAX_ACTIVATED = "relax_activated"
    RELAX = "relax"


class Grant(StrEnum):
    """How a token came to be."""

    AUTHORIZATION_CODE = "authorization_code"
    IMPLICIT = "implicit"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the name of a grant
    PASSWORD = "password"  # noqa: S105 - the name of a grant
    CLIENT_CREDENTIALS = "client_credentials"
    JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    API_LOGIN = "api_login"


# R6.1: the flows in which a person approves in a browser. Every other one, known or not, counts as having no approval.
APPROVAL_GRANTS = frozenset({Grant.AUTHORIZATION_CODE.value, Grant.IMPLICIT.value, Grant.REFRESH_TOKEN.value})
