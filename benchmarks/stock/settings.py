"""The control's settings with django-oauth-toolkit and Django REST framework as their documentation says."""

from benchmarks.control import settings as control

globals().update({name: getattr(control, name) for name in dir(control) if name.isupper()})
INSTALLED_APPS = [*control.INSTALLED_APPS, "oauth2_provider", "rest_framework"]
ROOT_URLCONF = "benchmarks.stock.urls"
OAUTH2_PROVIDER = {"SCOPES": {"api": "The API", "introspection": "Introspect tokens"}, "PKCE_REQUIRED": True}
REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["oauth2_provider.contrib.rest_framework.OAuth2Authentication"]}
