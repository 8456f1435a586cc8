"""The site's own settings, with the addresses of the benchmark beside the site's."""

from authsite.settings import *  # noqa: F403 - all of them
from authsite.settings import STORAGES

ROOT_URLCONF = "benchmarks.product.urls"
ALLOWED_HOSTS = ["testserver"]
# Names without hashes: nothing is collected here, and the pages that are measured are the same.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
