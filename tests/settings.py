"""The site's own settings, made quick and self-contained for tests: files in a folder of this process, which goes with it."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="authsite-tests-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ |= {"VAR_DIR": _folder, "DEMO": "1", "DEBUG": "0"}
for _name in ("BASE_URL", "HOST", "PORT", "ALLOWED_HOSTS", "TRUSTED_PROXIES", "EMAIL_URL"):
    os.environ.pop(_name, None)

from authsite.settings import *  # noqa: E402, F403 - the environment has to be set first
from authsite.settings import CACHES, DATABASES, OAUTH2_PROVIDER, PASSWORD_HASHERS, STORAGES, VAR_DIR  # noqa: E402

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1", "[::1]"]

# One round: a password is hashed in microseconds. The product's own list is tested where it is set.
PASSWORD_HASHERS = ["tests.hashers.OneRoundHasher", *PASSWORD_HASHERS]

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file: a database in memory would be one connection that all threads of a live server share.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "tests.sqlite3")}
# The live server's threads and the test's must not keep connections that hinder the database's removal.
DATABASES["default"]["CONN_MAX_AGE"] = 0

if CACHES["default"]["BACKEND"].endswith("RedisCache"):
    CACHES["default"]["KEY_PREFIX"] = f"authsite-tests-{os.getpid()}"

# Names without hashes: no collectstatic before the tests.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
# Files are looked for when they are asked for, not gathered anew for the client of every test.
WHITENOISE_AUTOREFRESH = True
(VAR_DIR / "static").mkdir()

# A test that changes a setting of the OAuth server must see the change.
OAUTH2_PROVIDER["ALWAYS_RELOAD_OAUTHLIB_CORE"] = True
