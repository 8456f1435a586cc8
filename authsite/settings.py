"""The settings of the site. What may differ between installations comes from the environment, and from nowhere else."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from . import content_security, environment
from .environment import BASE_DIR
from .oauth_settings import oauth2_provider

ENVIRONMENT = environment.read(os.environ)

DEBUG = ENVIRONMENT.debug
DEMO = ENVIRONMENT.demo
# Where developers walk the OAuth flows with an app of the site's own.
PLAYGROUND = ENVIRONMENT.playground
BASE_URL = ENVIRONMENT.base_url
VAR_DIR = ENVIRONMENT.var_dir
SECRET_KEY = ENVIRONMENT.secret_key
SECRET_KEY_FALLBACKS = ENVIRONMENT.secret_key_fallbacks
FIELD_ENCRYPTION_KEYS = ENVIRONMENT.field_encryption_keys
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
METRICS_TOKEN = ENVIRONMENT.metrics_token

SITE_NAME = "Authsite"
DEFAULT_PROFILE = "Standard User"
SUPERUSER_PROFILE = "System Administrator"

INSTALLED_APPS = [
    "authsite.admin.apps.AuthsiteAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "oauth2_provider",
    "django_otp",
    "csp",
    "sessions_policy",
    "accounts",
    "oauth",
    "loginflows",
    "authsite",
]

MIDDLEWARE = [
    "authsite.request_ids.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "authsite.content_security.ContentSecurityMiddleware",
    "authsite.unreadable_input.UnreadableInputMiddleware",
    "oauth.middleware.BrowserAppsMiddleware",
    "sessions_policy.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "sessions_policy.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.PendingLoginMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "authsite.admin.middleware.StaffOnlyMiddleware",
    "sessions_policy.middleware.SessionLevelMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "authsite.urls"
WSGI_APPLICATION = "authsite.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

FORM_RENDERER = "authsite.form_renderer.FormRenderer"

# People and login.
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGIN_STAGES = [
    "accounts.stages.VerifyStage",
    "accounts.stages.ActivateStage",
    "accounts.stages.EnrolStage",
    "loginflows.stage.LoginFlowStage",
]
# Who validates where a form may end: see accounts.continuation.
FORM_ACTION_ORIGINS = "oauth.views.consent.form_action_origins"
# Who ends somebody's tokens: see accounts.tokens. And whose rows `manage.py cleanup` removes beside its own.
END_TOKENS = "oauth.models.tokens.end_tokens"
TAKE_BACK_APPROVALS = "oauth.approvals.take_back"
TOKEN_VERDICTS = "oauth.token_verdicts.judge"  # noqa: S105 - the name of a function
CLEANUP_SOURCES = ["oauth.ended.ended", "loginflows.ended.ended"]
# What a change of policy is tried on beside decisions, people and sessions: see sessions_policy.impact_cases.
IMPACT_SOURCES = ["accounts.impact_cases.sources", "oauth.impact_cases.sources"]
# Which connected app a login is for: see loginflows.facts. And what flows may do outside this site.
APP_OF_RETURN_PATH = "oauth.views.consent.app_name"
# Further names of this site as the audience of signed assertions, for clients that cannot be told its own.
ASSERTION_AUDIENCES = ENVIRONMENT.assertion_audiences
LOGIN_FLOW_LOCATIONS = ENVIRONMENT.login_flow_locations
LOGIN_FLOW_PRIVATE_WEBHOOKS = ENVIRONMENT.login_flow_private_webhooks
# Who is told of each policy revision, in its transaction.
POLICY_LISTENERS = ["accounts.policy_alerts.policy_changed"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    # Last, so that no person's password ever gets it: client secrets are long and random, and one SHA-256 is enough there.
    "oauth.hashers.ClientSecretHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.password_policy.LengthByPolicy"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Data. Connections stay open: opening one costs several times what a request does.
DATABASES: dict[str, dict[str, Any]] = {"default": {**ENVIRONMENT.database, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"] |= {
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # Writers queue for the lock at the start of a transaction instead of failing in the middle of it.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
        },
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": ENVIRONMENT.redis_url}
    if ENVIRONMENT.redis_url
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# Sessions, cookies and messages. Messages have a cookie of their own, so that showing one never writes the session.
SESSION_ENGINE = "sessions_policy.cached_session_store" if ENVIRONMENT.redis_url else "sessions_policy.session_store"
# Longer than the longest time-out that can be set, a day: it is the policy that ends a session, and then it can say why.
SESSION_COOKIE_AGE = int(timedelta(hours=25).total_seconds())
SESSION_COOKIE_NAME = "__Host-sessionid" if ENVIRONMENT.is_https else "sessionid"
SESSION_COOKIE_SECURE = ENVIRONMENT.is_https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrftoken" if ENVIRONMENT.is_https else "csrftoken"
CSRF_COOKIE_SECURE = ENVIRONMENT.is_https
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "authsite.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# Transport and headers.
SECURE_SSL_REDIRECT = ENVIRONMENT.is_https
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if ENVIRONMENT.is_https and ENVIRONMENT.is_production else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {"DIRECTIVES": content_security.DIRECTIVES}
# The largest request body, in bytes. Nobody uploads files here.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# Static files.
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_ADD_HEADERS_FUNCTION = content_security.add_to_static_file

# Mail.
globals().update(ENVIRONMENT.email)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = f"{SITE_NAME} <no-reply@{ALLOWED_HOSTS[0].lstrip('.*')}>"

# Languages and time.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# The OAuth server: all five models are ours.
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth.ConnectedApp"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "oauth.AccessToken"  # noqa: S105 - the name of a model
OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL = "oauth.RefreshToken"  # noqa: S105 - the name of a model
OAUTH2_PROVIDER_GRANT_MODEL = "oauth.Grant"
OAUTH2_PROVIDER_ID_TOKEN_MODEL = "oauth.IDToken"  # noqa: S105 - the name of a model
OAUTH2_PROVIDER = oauth2_provider(BASE_URL, ENVIRONMENT.oidc_private_key)

# The API.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "oauth.authentication.BearerAuthentication",
        "sessions_policy.authentication.CookieAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["oauth.permissions.HasScope", "sessions_policy.permissions.HasSessionLevel"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["sessions_policy.json_parser.BoundedJSONParser", "rest_framework.parsers.FormParser"],
    "EXCEPTION_HANDLER": "sessions_policy.responses.api_exception_handler",
    "DEFAULT_SCHEMA_CLASS": "sessions_policy.api_schema.LevelAutoSchema",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

# Choices stand where they are used; beside that drf-spectacular is told what it has to say in sessions_policy.api_schema.
SPECTACULAR_SETTINGS = {"POSTPROCESSING_HOOKS": [], "OAS_VERSION": "3.0.3"}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "authsite.request_ids.JsonFormatter"},
    },
    # People read the log of a demo; programs read that of an installation.
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json" if ENVIRONMENT.is_production else "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # SECURITY: at DEBUG these two write tokens and authorization codes.
        "oauthlib": {"level": "INFO"},
        "oauth2_provider": {"level": "INFO"},
    },
}
