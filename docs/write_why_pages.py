"""Writes a page for each reason code into ``docs/why``, from the texts that the site itself shows.

``DEMO=1 python docs/write_why_pages.py``; a test fails while a page is missing or out of date.
"""  # noqa: INP001 - a script, not part of a package

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "why"


def main() -> None:
    """Write every page, and an index."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "authsite.settings")
    import django  # noqa: PLC0415 - after the settings are named

    django.setup()
    from sessions_policy import why  # noqa: PLC0415 - Django has to be set up first
    from sessions_policy.decision import Reason  # noqa: PLC0415 - the same

    PAGES.mkdir(exist_ok=True)
    pages = [page for page in (why.page_of(reason.value) for reason in Reason) if page is not None]
    for page in pages:
        (PAGES / f"{page.code}.md").write_text(why.markdown(page), encoding="utf-8")
    index = "\n".join(f"- [`{page.code}`]({page.code}.md): {page.administrator}" for page in pages)
    (PAGES / "README.md").write_text(f"# Why people are asked or refused\n\n{index}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
