"""For tests of pages that ask for a level: a client that is signed in at one."""

from __future__ import annotations

import time
from typing import Any

from django.test import Client

from . import policy_book, proofs
from .facts import Proof
from .levels import Level, Method, category_of


class LevelClient(Client):
    """Django's test client, with :meth:`login_at`."""

    def login_at(self, user: Any, level: Level | str = Level.STANDARD, *, ago: float = 0) -> None:
        """Sign ``user`` in with proofs, given ``ago`` seconds before now, that reach ``level`` under the policies in force.

        Raises ValueError when no method gives that level. No form is sent and no history is written.
        """
        wanted = level if isinstance(level, Level) else Level[level.upper()]
        at, columns = time.time() - ago, policy_book.current().columns
        given = [Proof(Method.PASSWORD.value, at, str(user.pk))]
        if columns[Method.PASSWORD] < wanted:
            reaching = [m for m, column in columns.items() if column >= wanted and category_of(m).is_second]
            if not reaching:
                raise ValueError(f"No second factor gives {wanted.name} under the session settings in force.")
            given.append(Proof(reaching[0], at, str(user.pk)))
        self.force_login(user)
        session = self.session
        session[proofs.PROOFS_KEY] = proofs.pack(given)
        session[proofs.ORIGIN_KEY] = {"ip": "127.0.0.1", "created": int(at)}
        session[proofs.SEEN_KEY] = int(time.time())
        session.save()
