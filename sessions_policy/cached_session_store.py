"""The session engine on a shared cache: reads come from there, writes go to the database too."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.backends.cached_db import SessionStore as CachedDatabaseStore
from django.core.cache import caches

from .session_store import RowColumns


class SessionStore(RowColumns, CachedDatabaseStore):
    """Sessions in the database, read through the cache."""

    cache_key_prefix = "authsite.session."

    def forget_cached(self, key: str) -> None:
        """Take the old key out of the cache too, which would otherwise go on answering for it."""
        caches[settings.SESSION_CACHE_ALIAS].delete(self.cache_key_prefix + key)
