"""Doing something at the same moment, with real threads that each have a connection of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

AT_ONCE = 6


def at_once(act: Callable[[int], Any], n: int = AT_ONCE) -> list[Any]:
    """Run ``act`` in ``n`` threads that start together; return what each answered."""
    start, answers = threading.Barrier(n), [None] * n

    def run(i: int) -> None:
        try:
            start.wait()
            answers[i] = act(i)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
