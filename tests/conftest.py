"""What all tests share: no network, a browser where there is one, and loud words where there is none."""

from __future__ import annotations

import pytest

from sessions_policy import policy_book
from tests import network
from tests.browser import browser, browsing, find_chromium, is_required, new_page, page, site
from tests.clients import node

__all__ = ["browser", "browsing", "new_page", "page", "site"]

network.switch_off()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the browser tests, and leave out what needs a browser or Node where there is none and none is required."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    left_out = [item for item in items if any(item.get_closest_marker(name) for name in _missing())]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which tests did not run."""
    for name, why in _missing().items():
        terminalreporter.section(f"{name.upper()} TESTS NOT RUN", sep="!", red=True, bold=True)
        terminalreporter.line(why)


def _missing() -> dict[str, str]:
    """Return what this machine lacks and nobody requires: the mark of the tests that need it, and what to do."""
    missing = {}
    if find_chromium() is None and not is_required():
        missing["browser"] = "There is no Chromium on this machine. On Debian: apt-get install chromium"
    if not node.is_ready() and not node.is_required():
        missing["node"] = "There is no Node on this machine, or its clients are not installed: make clients"
    return missing


@pytest.fixture(autouse=True)
def _policies_of_this_test() -> None:
    """Forget the policies of the test before, which its rollback took back."""
    policy_book.refresh()
