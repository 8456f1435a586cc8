"""The typed window on the environment: what may be set from outside, with its type, default and promise.

Every variable may also be given as ``NAME_FILE``, the path of a file that holds the value (the way of container secrets).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.exceptions import ImproperlyConfigured
from environ import Env
from environ.fileaware_mapping import FileAwareMapping

from . import generated_secrets

T = TypeVar("T")
Network = IPv4Network | IPv6Network

BASE_DIR = Path(__file__).resolve().parent.parent
YES, NO = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off", ""})
DATABASES = {"sqlite": "sqlite:///", "postgres": "postgres://", "postgresql": "postgresql://"}
REDIS = ("redis", "rediss", "unix")
SHORTEST_SECRET = 50
SHORTEST_TOKEN = 24


class EnvironmentProblems(ImproperlyConfigured):
    """Everything that is wrong with the environment, one line for each variable."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("The site cannot start like this:\n" + "\n".join(f"  - {problem}" for problem in problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What the environment says, checked. ``database`` and ``email`` are in the shape of Django's own settings."""

    debug: bool
    demo: bool
    playground: bool
    host: str
    port: int
    base_url: str
    var_dir: Path
    database: dict[str, Any]
    redis_url: str
    secret_key: str
    secret_key_fallbacks: list[str]
    field_encryption_keys: list[str]
    oidc_private_key: str
    allowed_hosts: list[str]
    trusted_proxies: list[Network]
    metrics_token: str
    email: dict[str, Any]
    assertion_audiences: list[str]
    login_flow_locations: list[str]
    login_flow_private_webhooks: bool

    @property
    def is_https(self) -> bool:
        """Whether people reach the site over TLS."""
        return self.base_url.startswith("https://")

    @property
    def is_production(self) -> bool:
        """Whether neither ``DEMO`` nor ``DEBUG`` loosens anything."""
        return not (self.debug or self.demo)


def read(variables: Mapping[str, str]) -> Environment:
    """Return the environment that ``variables`` describe.

    Raises EnvironmentProblems, which names every variable that is missing or wrong and says what to write instead. No value
    of a variable is repeated in it: it may be a secret.
    """
    reader = _Reader(variables)
    debug, demo = reader.get("DEBUG", "", _flag), reader.get("DEMO", "", _flag)
    host, port = reader.get("HOST", "127.0.0.1", _host), reader.get("PORT", "8000", _port)
    base_url = reader.get("BASE_URL", f"http://{_reachable(host)}:{port}", _base_url)
    var_dir = reader.get("VAR_DIR", "var", _directory)
    reader.stop_if_wrong()
    made_up = var_dir / "secrets" if debug or demo else None
    environment = Environment(
        debug=debug,
        demo=demo,
        playground=reader.get("PLAYGROUND", "1" if debug or demo else "", _flag),
        host=host,
        port=port,
        base_url=base_url,
        var_dir=var_dir,
        database=reader.get("DATABASE_URL", f"sqlite:///{var_dir / 'authsite.sqlite3'}", _database),
        redis_url=reader.get("REDIS_URL", "", _redis),
        secret_key=reader.secret("SECRET_KEY", made_up, _secret_key),
        secret_key_fallbacks=reader.get("SECRET_KEY_FALLBACKS", "", _list),
        field_encryption_keys=reader.secret("FIELD_ENCRYPTION_KEYS", made_up, _fernet_keys),
        # The one secret that the site makes in production too, where it is not given.
        oidc_private_key=reader.secret("OIDC_RSA_PRIVATE_KEY", var_dir / "secrets", _rsa_private_key),
        allowed_hosts=reader.get("ALLOWED_HOSTS", _own_hosts(base_url, local=debug or demo), _list),
        trusted_proxies=reader.get("TRUSTED_PROXIES", "", _networks),
        # Not set: /metrics answers the machine itself only.
        metrics_token=reader.get("METRICS_TOKEN", "", _token),
        email=reader.get("EMAIL_URL", "", lambda value: _email(value, var_dir / "mail")),
        assertion_audiences=reader.get("ASSERTION_AUDIENCES", "", _web_addresses),
        login_flow_locations=reader.get("LOGIN_FLOW_LOCATIONS", "", _web_addresses),
        login_flow_private_webhooks=reader.get("LOGIN_FLOW_PRIVATE_WEBHOOKS", "", _flag),
    )
    reader.stop_if_wrong()
    return environment


class _Reader:
    """Reads variables one by one and remembers what is wrong with them."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = FileAwareMapping(dict(variables))
        self.problems: list[str] = []

    def get(self, name: str, default: str, convert: Callable[[str], T]) -> T:
        """Return the variable's value, or ``default`` when it is not set, converted."""
        return self._read(name, lambda: default, lambda: default, convert)

    def secret(self, name: str, folder: Path | None, convert: Callable[[str], T]) -> T:
        """Return a secret; one that is not set is made once and kept in ``folder``, or is a problem where there is none."""
        make = generated_secrets.MAKERS[name]

        def kept() -> str:
            if folder is None:
                raise ValueError(
                    "is missing. Without DEMO and DEBUG the site makes up no secrets. Set it to the output of: "
                    f"python -m authsite.generated_secrets {name}"
                )
            return generated_secrets.keep(folder / name.lower(), make)

        return self._read(name, kept, make, convert)

    def _read(self, name: str, default: Callable[[], str], stand_in: Callable[[], str], convert: Callable[[str], T]) -> T:
        """Return the converted value. After a problem ``stand_in`` does until all variables are read."""
        try:
            return convert((self.variables.get(name) or default()).strip())
        except (ValueError, OSError) as error:
            self.problems.append(f"{name}: {_words(error)}")
            return convert(stand_in())

    def stop_if_wrong(self) -> None:
        """Raise all problems found so far, if there are any."""
        if self.problems:
            raise EnvironmentProblems(self.problems)


def _words(error: Exception) -> str:
    return f"{error.strerror}: {error.filename}" if isinstance(error, OSError) else str(error)


def _flag(value: str) -> bool:
    if value.lower() not in YES | NO:
        raise ValueError("write 1 for on or 0 for off.")
    return value.lower() in YES


def _list(value: str) -> list[str]:
    return [item.strip() for item in value.split(",") if item.strip()]


def _web_addresses(value: str) -> list[str]:
    found = _list(value)
    for item in found:
        parts = urlsplit(item)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.query or parts.fragment:
            raise ValueError("write addresses such as https://intranet.example.org/welcome, separated by commas.")
    return found


def _host(value: str) -> str:
    if "/" in value or " " in value:
        raise ValueError("write an address or a name to listen on, such as 127.0.0.1.")
    return value


def _port(value: str) -> int:
    if not value.isdecimal() or not 0 < int(value) < 2**16:
        raise ValueError("write a port number between 1 and 65535.")
    return int(value)


def _reachable(host: str) -> str:
    """Return the name under which a browser on this machine finds what listens on ``host``."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _base_url(value: str) -> str:
    parts = urlsplit(value)
    extra = parts.query or parts.fragment or parts.username or parts.path.strip("/")
    if parts.scheme not in ("http", "https") or not parts.hostname or extra or parts.port == 0:
        raise ValueError("write the address at which people reach the site, such as https://id.example.org, without a path.")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _own_hosts(base_url: str, *, local: bool) -> str:
    own = urlsplit(base_url).hostname or ""
    names = [f"[{own}]" if ":" in own else own]
    return ",".join(names + (["localhost", "127.0.0.1", "[::1]"] if local else []))


def _directory(value: str) -> Path:
    path = (BASE_DIR / value).resolve()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _database(value: str) -> dict[str, Any]:
    scheme = value.partition(":")[0]
    if scheme not in DATABASES:
        raise ValueError(f"write an address that begins with one of {', '.join(DATABASES.values())}.")
    config: dict[str, Any] = Env.db_url_config(value)
    if config["NAME"] in ("", ":memory:"):
        raise ValueError("name a database: requests are served by several threads, which cannot share one in memory.")
    return config


def _redis(value: str) -> str:
    if value and value.partition(":")[0] not in REDIS:
        raise ValueError("write an address such as redis://127.0.0.1:6379/0.")
    return value


def _secret_key(value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise ValueError(f"write at least {SHORTEST_SECRET} random characters.")
    return value


def _fernet_keys(value: str) -> list[str]:
    keys = _list(value)
    for position, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            raise ValueError(f"key {position} is not 32 bytes in URL-safe base64.") from None
    if not keys:
        raise ValueError("write at least one key; the first encrypts, all of them decrypt.")
    return keys


def _rsa_private_key(value: str) -> str:
    try:
        key = load_pem_private_key(value.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("write an RSA private key in PEM, without a password.") from None
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("write an RSA key: id tokens are signed with RS256.")
    return value


def _token(value: str) -> str:
    if value and (len(value) < SHORTEST_TOKEN or not value.isascii() or not value.isprintable() or " " in value):
        raise ValueError(f"at least {SHORTEST_TOKEN} letters, digits and signs, without spaces")
    return value


def _networks(value: str) -> list[Network]:
    return [ip_network(item) for item in _list(value)]


def _email(value: str, folder: Path) -> dict[str, Any]:
    if not value:
        folder.mkdir(mode=0o700, exist_ok=True)
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": str(folder)}
    try:
        config: dict[str, Any] = Env.email_url_config(value)
    except ImproperlyConfigured:
        raise ValueError("write an address such as smtp+tls://user:password@mail.example.org:587.") from None
    return {name: given for name, given in config.items() if given is not None}
