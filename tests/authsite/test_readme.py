"""The README: its pictures and links are there, its commands exist, its code compiles."""

from __future__ import annotations

import re
import subprocess

import pytest
from django.core.management import get_commands

from authsite.environment import BASE_DIR

README = (BASE_DIR / "README.md").read_text(encoding="utf-8")
LARGEST_PICTURE = 150_000


def blocks(language: str) -> list[str]:
    found = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found
    return found


def test_it_is_short_enough_to_be_read() -> None:
    assert len(README.splitlines()) <= 250


def test_every_picture_is_there_and_light() -> None:
    named = set(re.findall(r"docs/pictures/[\w-]+\.png", README))
    taken = {str(path.relative_to(BASE_DIR)) for path in (BASE_DIR / "docs" / "pictures").iterdir()}
    assert named == taken
    assert all((BASE_DIR / name).stat().st_size <= LARGEST_PICTURE for name in named)


def test_every_picture_says_what_it_shows() -> None:
    for picture in re.findall(r"<img [^>]+>", README):
        assert re.search(r'alt="[^"]{20,}"', picture), picture


def test_every_file_that_it_names_is_there() -> None:
    links = {link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link}
    files = {name for name in re.findall(r"`([\w/]+\.py)`", README) if "/" in name and not name.startswith("payroll")}
    assert links and files
    assert [name for name in sorted(links | files) if not (BASE_DIR / name).exists()] == []


def test_every_command_that_it_names_is_there() -> None:
    rows = [row for row in README.splitlines() if row.startswith("| `") and "make" not in row]
    named = {word for row in rows for word in re.findall(r"`([a-z_]+)(?: [A-Z-][^`]*)?`", row.split("|")[1])}
    people = {"plain", "standard", "assured", "admin", "helpdesk", "newcomer", "strict", "loader", "contractor", "integration"}
    assert {"demo", "code", "show_protected", "cleanup"} <= named
    assert named - people <= set(get_commands())


@pytest.mark.parametrize("block", blocks("sh"))
def test_a_shell_reads_its_commands(block: str) -> None:
    result = subprocess.run(["/bin/bash", "-n"], input=block, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("block", blocks("python"))
def test_its_python_compiles(block: str) -> None:
    assert compile(block, "README.md", "exec")
