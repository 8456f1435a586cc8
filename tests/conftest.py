"""What all tests share: no network, a browser where there is one, and loud words where there is none."""

from __future__ import annotations

import pytest

from sessions_policy import policy_book
from tests import network
from tests.browser import browser, browsing, find_chromium, is_required, new_page, page, site

__all__ = ["browser", "browsing", "new_page", "page", "site"]

network.switch_off()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the browser tests, and leave them out where there is no browser and none is required."""
    in_browser = [item for item in items if "browser" in getattr(item, "fixturenames", ())]
    for item in in_browser:
        item.add_marker("browser")
    if find_chromium() is None and not is_required() and in_browser:
        config.hook.pytest_deselected(items=in_browser)
        items[:] = [item for item in items if item not in in_browser]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say that the browser tests did not run."""
    if find_chromium() is None and not is_required():
        terminalreporter.section("BROWSER TESTS NOT RUN", sep="!", red=True, bold=True)
        terminalreporter.line("There is no Chromium on this machine. On Debian: apt-get install chromium")


@pytest.fixture(autouse=True)
def _policies_of_this_test() -> None:
    """Forget the policies of the test before, which its rollback took back."""
    policy_book.refresh()
