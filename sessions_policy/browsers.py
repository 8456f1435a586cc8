"""What a browser calls itself, in a few words for lists of sessions: "Firefox on Linux". A name, and no proof of anything."""

from __future__ import annotations

from django.utils.translation import gettext as _

# In this order: nearly every browser names those before it as well.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
LONGEST = 60


def in_short(user_agent: str) -> str:
    """Return browser and system in words; of what is no known browser the first word that it calls itself; "" for nothing."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    first = user_agent.split("/", maxsplit=1)[0].split(" ", maxsplit=1)[0]
    return browser or "".join(c for c in first if c.isprintable())[:LONGEST]
