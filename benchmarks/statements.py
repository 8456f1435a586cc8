"""Counts the statements that a connection runs. Transactions count where Django sends a statement for them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

READS = ("SELECT", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")


class Statements:
    """Collects the text of every statement while it is open."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.seen: list[str] = []
        self.stack = ExitStack()

    def __enter__(self) -> Statements:
        self.stack.enter_context(self.connection.execute_wrapper(self._note))
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stack.close()

    def _note(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        self.seen.append(sql)
        return execute(sql, params, many, context)

    @staticmethod
    def is_write(statement: str) -> bool:
        """Whether ``statement`` changes rows."""
        return not statement.lstrip().upper().startswith(READS)
