"""The WSGI application."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from .request_body import BoundedBody

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "authsite.settings")

application = BoundedBody(get_wsgi_application(), settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
