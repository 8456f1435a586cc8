"""Takes the pictures of the README from a running demo: ``make run`` in one terminal, this in another.

It reads ``PORT`` and ``VAR_DIR`` like the site does. People sign in with real codes, so the demo's histories show it;
``manage.py demo --reset`` makes everything anew.
"""  # noqa: INP001 - a script, not part of a package

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyotp
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
SIZE, WIDE, PHONE = {"width": 800, "height": 640}, {"width": 1200, "height": 640}, {"width": 320, "height": 640}
TALLEST = 860
# The flow that is built for its picture.
BUILT = "Codes off the network"


def demo() -> dict[str, Any]:
    """Return what ``manage.py demo --json`` prints."""
    command = [sys.executable, str(ROOT / "manage.py"), "demo", "--json"]
    printed = subprocess.run(command, env={**os.environ, "DEMO": "1"}, capture_output=True, text=True, check=True)  # noqa: S603
    organisation: dict[str, Any] = json.loads(printed.stdout)
    return organisation


class Photographer:
    """Signs people in and takes pictures of what they see."""

    def __init__(self, browser: Browser, organisation: dict[str, Any]) -> None:
        self.browser = browser
        self.site: str = organisation["base_url"]
        self.users = {user["username"]: user for user in organisation["users"]}
        self.apps = {app["name"]: app for app in organisation["apps"]}

    def visit(self, size: dict[str, int] | None = None) -> Page:
        """Return a page of a new browser."""
        context: BrowserContext = self.browser.new_context(base_url=self.site, viewport=size or SIZE)  # type: ignore[arg-type]
        return context.new_page()

    def give_password(self, page: Page, username: str, path: str = "/login/") -> None:
        """Fill the login form and send it."""
        page.goto(path)
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", self.users[username]["password"])
        page.press("input[name=password]", "Enter")

    def give_code(self, page: Page, username: str) -> None:
        """Fill in the code that the person's authenticator shows."""
        page.fill("input[name=code]", pyotp.TOTP(self.users[username]["totp_secret"]).now())
        page.press("input[name=code]", "Enter")

    def take(self, page: Page, name: str, *, dark: bool = False) -> None:
        """Take a picture, and with ``dark`` a second one of the same page in dark colours."""
        page.wait_for_load_state("networkidle")
        # Without the frame around the focus, from the top, as high as the page is.
        page.evaluate("document.activeElement && document.activeElement.blur()")
        height = page.evaluate("document.body.scrollHeight")
        assert page.viewport_size is not None
        page.set_viewport_size({"width": page.viewport_size["width"], "height": min(height, TALLEST)})
        page.evaluate("window.scrollTo(0, 0)")
        page.screenshot(path=PICTURES / f"{name}.png")
        if dark:
            page.emulate_media(color_scheme="dark")
            page.screenshot(path=PICTURES / f"{name}-dark.png")
            page.emulate_media(color_scheme="light")
        sys.stdout.write(f"{name}\n")


def main() -> None:
    """Take all pictures."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("There is no Chromium on this machine. On Debian: apt-get install chromium")
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        photographer = Photographer(browser, demo())
        for picture in (step_up, challenge, enrolment, terms, bridge, administration, flow_builder, impact):
            picture(photographer)
        browser.close()


def impact(photographer: Photographer) -> None:
    """``admin`` reads what a level would do, saves it as report-only, and finds what it would have asked of ``standard``."""
    page = photographer.visit(WIDE)
    photographer.give_password(page, "admin")
    photographer.give_code(page, "admin")
    page.wait_for_load_state("networkidle")
    page.goto("/admin/sessions_policy/profile/?q=Standard+User")
    page.locator("#result_list a", has_text="Standard User").first.click()
    page.locator("select[name=required_level]").select_option("high_assurance")
    page.get_by_role("button", name="Preview impact").click()
    page.wait_for_load_state("networkidle")
    page.locator("#impact").screenshot(path=PICTURES / "impact.png")
    page.get_by_role("button", name="Save as report-only").click()
    if page.locator("input[name=impact_seen]").count():
        page.get_by_role("button", name="Save as report-only").click()
    page.wait_for_load_state("networkidle")
    photographer.give_password(photographer.visit(), "standard")
    page.goto("/admin/sessions_policy/decisionrecord/?mode__exact=report_only")
    photographer.take(page, "would-have-been")


def step_up(photographer: Photographer) -> None:
    """``standard`` opens the reports and is told why more is asked."""
    page = photographer.visit()
    photographer.give_password(page, "standard")
    page.goto("/reports/")
    photographer.take(page, "step-up", dark=True)
    photographer.give_code(page, "standard")
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    photographer.take(page, "reports")


def challenge(photographer: Photographer) -> None:
    """``strict`` is asked for the code at login, on a phone."""
    page = photographer.visit(PHONE)
    photographer.give_password(page, "strict")
    photographer.take(page, "challenge")


def enrolment(photographer: Photographer) -> None:
    """``newcomer`` sets up an authenticator in the middle of the login."""
    page = photographer.visit()
    photographer.give_password(page, "newcomer")
    photographer.take(page, "enrolment")


def terms(photographer: Photographer) -> None:
    """``contractor`` reads terms before there is a session."""
    page = photographer.visit()
    photographer.give_password(page, "contractor")
    photographer.take(page, "login-flow")


def bridge(photographer: Photographer) -> None:
    """``assured`` approves an app; its token opens a browser, which is asked a second time."""
    page = photographer.visit()
    app = photographer.apps["web-app"]
    challenge_of_pkce = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636, appendix B
    query = (
        f"response_type=code&client_id={app['client_id']}&redirect_uri={app['redirect_uris'][0]}&scope=api%20web&state=s1"
        f"&code_challenge={challenge_of_pkce}&code_challenge_method=S256"
    )
    page.goto(f"/oauth/authorize/?{query}")
    photographer.give_password(page, "assured", page.url)
    photographer.give_code(page, "assured")
    photographer.take(page, "consent")
    with page.expect_request("http://127.0.0.1:8777/**") as redirected:
        page.get_by_role("button", name="Allow").click()
    code = redirected.value.url.partition("code=")[2].partition("&")[0]
    form = {
        "grant_type": "authorization_code",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "redirect_uri": app["redirect_uris"][0],
        "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "code": code,
    }
    token = page.request.post("/oauth/token/", form=form).json()["access_token"]
    ticket = page.request.post("/oauth/singleaccess/", headers={"Authorization": f"Bearer {token}"}).json()
    bridged = photographer.visit()
    bridged.goto(ticket["frontdoor_uri"])
    bridged.goto("/security/")
    photographer.take(bridged, "second-prompt")


def administration(photographer: Photographer) -> None:
    """``admin`` decides which method gives which level."""
    page = photographer.visit(WIDE)
    photographer.give_password(page, "admin", "/login/?next=/admin/sessions_policy/methodlevel/")
    photographer.give_code(page, "admin")
    photographer.take(page, "session-levels")


def flow_builder(photographer: Photographer) -> None:
    """``admin`` begins a flow with a template, looks at it in the builder, and tries it from outside."""
    page = photographer.visit(WIDE)
    photographer.give_password(page, "admin", "/login/?next=/admin/loginflows/loginflow/")
    photographer.give_code(page, "admin")
    if not page.get_by_role("link", name=BUILT, exact=True).count():
        page.goto("/admin/loginflows/loginflow/add/?template=two_factor_off_network")
        page.get_by_label("Name").fill(BUILT)
        page.get_by_role("button", name="Save", exact=True).click()
        page.goto("/admin/loginflows/loginflow/")
    page.get_by_role("link", name=BUILT, exact=True).click()
    page.goto(page.url.partition("?")[0] + "?el=network")
    photographer.take(page, "flow-builder")
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.get_by_role("link", name="Debug run").click()
    page.get_by_label("Authenticator app").check()
    page.get_by_role("button", name="Start", exact=False).first.click()
    photographer.take(page, "debug-run")


if __name__ == "__main__":
    main()
