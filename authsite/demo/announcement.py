"""The demo organisation in words: who can sign in and how, and the administrator's QR code."""

from __future__ import annotations

import io
import os
import shlex
from typing import Any

import qrcode
from django.conf import settings

from accounts import totp

from .people import PEOPLE

# White on black whatever the terminal's colours are: readers want the light frame to be light.
WHITE_ON_BLACK, PLAIN = "\x1b[38;5;231m\x1b[48;5;16m", "\x1b[0m"


def announce(organisation: dict[str, Any]) -> str:
    """Return a table of ``organisation`` (as ``describe`` returns it): who can sign in, and what happens then."""
    users = {user["username"]: user for user in organisation["users"]}
    rows = [("USER", "PASSWORD", "SIGNING IN")]
    rows += [
        (person.username, users[person.username]["password"] or "(not known here)", person.outcome)
        for person in PEOPLE
        if person.username in users
    ]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    lines = [f"{name:<{widths[0]}}  {password:<{widths[1]}}  {outcome}" for name, password, outcome in rows]
    apps = ", ".join(app["name"] for app in organisation["apps"])
    return "\n".join(
        [
            f"{settings.SITE_NAME} demo organisation at {organisation['base_url']}",
            "",
            *lines,
            "",
            f"Connected apps: {apps}",
            f"The code of a user's authenticator now:  {_manage()} code USER",
            f"Everything, with client ids and secrets: {_manage()} demo --json",
        ]
    )


def _manage() -> str:
    """Return how a command finds this organisation from another terminal."""
    parts = ["DEMO=1"]
    if os.environ.get("VAR_DIR"):
        parts.append(f"VAR_DIR={shlex.quote(os.environ['VAR_DIR'])}")
    if os.environ.get("DATABASE_URL"):
        # SECURITY: the address of a database may hold its password, and this text goes to logs.
        parts.append("DATABASE_URL=…")
    return " ".join([*parts, ".venv/bin/python manage.py"])


def qr_of(user: dict[str, Any], *, colours: bool) -> str:
    """Return the provisioning QR code of ``user``'s authenticator for a terminal, with its key in words below."""
    secret = user["totp_secret"]
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_L, border=2)
    code.add_data(totp.provisioning_uri(secret, user["username"], settings.SITE_NAME))
    drawn = io.StringIO()
    code.print_ascii(out=drawn, invert=True)
    lines = drawn.getvalue().rstrip("\n").split("\n")
    if colours:
        lines = [f"{WHITE_ON_BLACK}{line}{PLAIN}" for line in lines]
    groups = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return "\n".join([f"Scan with an authenticator app to have {user['username']}'s codes:", *lines, f"Key: {groups}"])
