"""What the database holds only as hashes, kept beside it so that the demo can be shown again: files for its own user alone."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

Secrets = dict[str, dict[str, dict[str, str]]]


class Unreadable(Exception):
    """The file is there, but does not hold what this module wrote."""


def folder() -> Path:
    """Return the folder of the demo's files."""
    return Path(settings.VAR_DIR) / "demo"


def private_key_file(app: str) -> Path:
    """Return the file that holds the private key of ``app``."""
    return folder() / f"{app}.pem"


def read() -> Secrets:
    """Return the secrets by kind and name; empty when nothing was kept. Raises Unreadable."""
    path = _secrets_file()
    if not path.exists():
        return {"users": {}, "apps": {}}
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {kind: {str(name): dict(values) for name, values in kept[kind].items()} for kind in ("users", "apps")}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(f"{path} does not hold the demo's secrets.") from error


def write(secrets: dict[str, Any]) -> None:
    """Keep ``secrets``, and each app's private key in a file of its own."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, values in secrets["apps"].items():
        if "private_key" in values:
            _write_whole(private_key_file(name), values["private_key"])
    _write_whole(_secrets_file(), json.dumps(secrets, indent=2) + "\n")


def _secrets_file() -> Path:
    return folder() / "secrets.json"


def _write_whole(path: Path, text: str) -> None:
    # mkstemp makes the file with mode 0600 before there is anything in it.
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as draft:
        draft.write(text)
    Path(name).replace(path)
