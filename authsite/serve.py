"""``python -m authsite.serve``: brings the database up to date and serves the site; with ``DEMO``, the demo organisation.

The server is the one of production, with the same configuration.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import django
from django.core.management import call_command

from . import environment
from .environment import BASE_DIR, Environment


def main() -> None:
    """Prepare and serve; exit with a plain sentence when the environment is wrong or the port is taken."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "authsite.settings")
    try:
        found = environment.read(os.environ)
    except environment.EnvironmentProblems as problems:
        sys.exit(str(problems))
    stop_if_taken(found.host, found.port)
    prepare(found)
    os.chdir(BASE_DIR)
    config = str(Path(__file__).with_name("gunicorn_conf.py"))
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "--config", config])  # noqa: S606 - a program of our own


def stop_if_taken(host: str, port: int) -> None:
    """Exit with a plain sentence when another program listens on the port, or the address is not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(f"Cannot listen on {host} port {port}: {error.strerror}. Stop what uses it, or choose another: PORT=8001")


def prepare(found: Environment) -> None:
    """Migrate, collect the static files, and make the demo organisation where it is missing."""
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    if found.demo:
        call_command("demo", qr=True)
    print(f"\nServing {found.base_url} (Ctrl-C stops it)", flush=True)


if __name__ == "__main__":
    main()
