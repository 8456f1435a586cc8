"""The session engine on a shared cache: reads come from there, writes go to the database too."""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.backends.cached_db import SessionStore as CachedDatabaseStore
from django.core.cache import caches

from .session_store import SessionStore as DatabaseStore
from .statements import Statement


class SessionStore(CachedDatabaseStore, DatabaseStore):
    """Sessions in the database, read through the cache."""

    cache_key_prefix = "authsite.session."

    # A key that is given up is taken out of the cache too, which would otherwise go on answering for it.

    def write_under_new_key(self, *also: Statement) -> None:
        """Write the session under a new key."""
        old = self.session_key
        super().write_under_new_key(*also)
        if old is not None:
            caches[settings.SESSION_CACHE_ALIAS].delete(self.cache_key_prefix + old)
