"""The whole story of a login flow in a real browser: built, tried, activated, given to a profile, and met."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from loginflows.models import FlowVersion, LoginFlow
from sessions_policy import policy_book
from sessions_policy.models import OrganisationSettings, TrustedNetwork
from tests.accounts.people import give_authenticator, person, profile
from tests.browser import PHONE, WITHOUT_JAVASCRIPT, assert_fits, in_every_way
from tests.browser_pages.visits import arrive, assert_is, sign_in_at, tab_to
from tests.loginflows.flows import END, TERMS, WELCOME, active, elements

pytestmark = pytest.mark.django_db(transaction=True)
ADMIN = "/admin/loginflows/"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Django's style sheets import one another, and copying them breaks our policy.
AUDIT = {"preload": False, "runOnly": {"type": "tag", "values": RULES}}


@pytest.fixture
def ada(db: None) -> User:
    return person("ada", profile("System Administrator", required_level="high_assurance"), is_staff=True, is_superuser=True)


def assert_sound(page: Page, name: str) -> None:
    """Assert that axe finds nothing in either theme, and that nothing scrolls sideways at 320 pixels."""
    assert_is(page, name)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        results = Axe().run(page, options=AUDIT)
        assert results.violations_count == 0, f"{page.url} {theme}: {results.generate_report()}"
    page.set_viewport_size({"width": PHONE.width, "height": PHONE.height})
    assert_fits(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")


class Builder:
    """What an administrator does in the builder. Waits for the page's own words, with a script and without."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("region", name="Selected element")

    def add(self, where: str, kind: str) -> None:
        self.page.get_by_role("link", name=f"Add element here {where}".strip(), exact=False).first.click()
        self.panel.get_by_role("button", name=kind, exact=True).click()
        self.said("Added “")

    def fill(self, **boxes: str) -> None:
        for label, value in boxes.items():
            self.panel.get_by_label(label.replace("_", " "), exact=True).first.fill(value)

    def condition(self, subject: str, operator: str, value: str = "") -> None:
        self.panel.get_by_label("What", exact=True).last.select_option(subject)
        self.panel.get_by_label("Comparison", exact=True).last.select_option(operator)
        if value:
            self.panel.get_by_label("Value", exact=True).last.fill(value)

    def save(self) -> None:
        self.panel.get_by_role("button", name="Save “").click()
        self.said("Saved “")

    def said(self, words: str) -> None:
        expect(self.page.get_by_role("status").filter(has_text=words)).to_be_visible()


def build(page: Page) -> None:
    """Build: off the trusted network ask for a code; on the first login this year accept the terms; else finish."""
    builder = Builder(page)
    page.goto(f"{ADMIN}loginflow/")
    expect(page.get_by_role("heading", name="Start from a template")).to_be_visible()
    page.get_by_role("link", name="An empty flow, or a file").click()
    page.get_by_label("Name").fill("Contractors")
    page.get_by_role("button", name="Save", exact=True).click()
    assert_is(page, "flow-builder")

    builder.add("", "Decision")
    builder.fill(Title="Which network?")
    builder.panel.get_by_label("Label", exact=True).first.fill("Off the trusted network")
    builder.condition("login.network", "is", "untrusted")
    builder.save()
    expect(builder.panel).to_contain_text("When network is not trusted.")
    builder.add("on Off the trusted network", "Verify")
    builder.fill(Title="Confirm that it is you")
    builder.save()
    builder.add("after Which network?", "Decision")
    builder.fill(Title="First login this year?")
    builder.panel.get_by_label("Label", exact=True).first.fill("First login this year")
    builder.condition("login.first_this_year", "is_true")
    builder.save()
    builder.add("on First login this year", "Accept terms")
    builder.fill(Title="Our terms", Text="Keep what you see to yourself.", Version="2026-11")
    builder.save()
    builder.add("after First login this year?", "Finish")
    expect(page.get_by_role("heading", name="0 errors")).to_be_visible()


def try_and_activate(page: Page) -> None:
    page.get_by_role("link", name="Debug run").click()
    page.get_by_label("Authenticator app").check()
    page.get_by_text("Other values").click()
    page.get_by_label("What", exact=False).first.select_option("login.first_this_year")
    page.get_by_label("Is", exact=False).first.fill("yes")
    page.get_by_role("button", name="Start the debug run").click()
    assert_is(page, "flow-debug")
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    page.get_by_label("Code", exact=True).fill("123456")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Our terms")).to_be_visible()
    page.get_by_label("I have read and accept these terms").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="The person is let in")).to_be_visible()
    page.get_by_label("Name of the test case").fill("Away, once a year")
    page.get_by_role("button", name="Save as test case").click()
    expect(page.get_by_text("Saved as test case “Away, once a year”.")).to_be_visible()
    page.get_by_role("link", name="Back to Contractors").click()
    page.get_by_role("link", name="Activate…").click()
    expect(page.get_by_text("Away, once a year: takes its path")).to_be_visible()
    page.get_by_label("Reason").fill("The new contracts ask for it.")
    page.get_by_role("button", name="Activate version 1").click()
    expect(page.get_by_text("Version 1 of Contractors is active.")).to_be_visible()


def give_to(page: Page, name: str) -> None:
    page.goto(f"{ADMIN}flowassignment/add/")
    page.get_by_label("Profile").select_option(label=name)
    page.get_by_label("Login flow").select_option(label="Contractors")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("was added successfully")


@in_every_way
def test_a_flow_is_built_tried_activated_given_and_met(page: Page, new_page: Callable[..., Page], ada: User) -> None:
    carl = person("carl", profile("Contractor"))
    authenticator = give_authenticator(carl)
    arrive(page, ada, give_authenticator(ada))
    build(page)
    try_and_activate(page)
    give_to(page, "Contractor")
    # The test's browser comes from this machine: from now on that is no trusted network. Browsers are not confirmed by mail.
    TrustedNetwork.objects.all().delete()
    organisation = OrganisationSettings.load()
    organisation.device_activation = False
    organisation.save()
    policy_book.refresh()
    visitor = new_page()
    sign_in_at(visitor, carl)
    expect(visitor.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    visitor.get_by_label("Code", exact=True).fill(authenticator.code())
    visitor.get_by_role("button", name="Continue").click()
    expect(visitor.get_by_role("heading", name="Our terms")).to_be_visible()
    visitor.get_by_label("I have read and accept these terms").check()
    visitor.get_by_role("button", name="Continue").click()
    assert_is(visitor, "home")
    page.goto(f"{ADMIN}loginflow/")
    expect(page.get_by_role("row", name="Contractors")).to_contain_text("100 %")


def test_every_page_of_flows_is_sound(page: Page, ada: User) -> None:
    arrive(page, ada, give_authenticator(ada))
    first = active(WELCOME, TERMS, END, name="Ours")
    draft = first.flow.new_draft(elements({**WELCOME, "title": "Good morning"}, _decision(), END))
    pages = {
        f"{ADMIN}loginflow/": "admin-loginflow",
        f"{ADMIN}loginflow/add/": "admin-loginflow",
        f"{ADMIN}flowversion/{draft.pk}/change/?el=where": "flow-builder",
        f"{ADMIN}flowversion/{draft.pk}/change/?add=where%2F%3A0": "flow-builder",
        f"{ADMIN}flowversion/{draft.pk}/change/?el=welcome&move=1": "flow-builder",
        f"{ADMIN}flowversion/{first.pk}/change/?el=terms": "flow-builder",
        f"{ADMIN}flowversion/{draft.pk}/debug/": "flow-debug",
        f"{ADMIN}flowversion/{draft.pk}/activate/": "flow-activate",
        f"{ADMIN}flowversion/{first.pk}/retire/": "flow-retire",
        f"{ADMIN}loginflow/{first.flow.pk}/versions/": "flow-versions",
        f"{ADMIN}loginflow/{first.flow.pk}/compare/?a=1&b=2&all=1": "flow-compare",
        f"{ADMIN}loginflow/{first.flow.pk}/runs/": "flow-runs",
        f"{ADMIN}flowrun/": "admin-flowrun",
    }
    for address, name in pages.items():
        page.goto(address)
        assert_sound(page, name)
    page.goto(f"{ADMIN}flowversion/{draft.pk}/debug/")
    page.get_by_role("button", name="Start the debug run").click()
    expect(page.get_by_role("heading", name="Good morning")).to_be_visible()
    assert_sound(page, "flow-debug")


def _decision() -> dict[str, object]:
    condition = {"subject": "login.network", "operator": "is", "value": "trusted"}
    inside = {"id": "inside", "label": "Inside", "match": "all", "conditions": [condition], "elements": [TERMS]}
    return {
        "id": "where",
        "kind": "decision",
        "title": "Where?",
        "outcomes": [inside],
        "otherwise": {"label": "Outside", "elements": []},
    }


@pytest.mark.parametrize("browsing", [WITHOUT_JAVASCRIPT, PHONE], ids=str)
def test_the_focus_comes_back_to_the_element_that_was_moved(page: Page, ada: User) -> None:
    arrive(page, ada, give_authenticator(ada))
    draft = LoginFlow.objects.create(name="Ours").new_draft(elements(WELCOME, TERMS, END))
    page.goto(f"{ADMIN}flowversion/{draft.pk}/change/")
    page.get_by_role("button", name="Move Terms for contractors up").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Moved “Terms for contractors” to step 1 of 3.")).to_be_visible()
    expect(page.locator("#item-terms")).to_be_focused()


def test_by_keyboard_alone_a_step_moves_and_comes_back(page: Page, ada: User) -> None:
    arrive(page, ada, give_authenticator(ada))
    draft = LoginFlow.objects.create(name="Ours").new_draft(elements(WELCOME, TERMS, END))
    page.goto(f"{ADMIN}flowversion/{draft.pk}/change/?el=terms#item-terms")
    expect(page.locator("#item-terms")).to_be_focused()
    scrolled = page.evaluate("scrollY")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_role("status").filter(has_text="Moved “Terms for contractors” to step 1 of 3.")).to_be_visible()
    expect(page.locator("#item-terms")).to_be_focused()
    assert abs(page.evaluate("scrollY") - scrolled) < 120
    tab_to(page, page.get_by_role("button", name="Move Terms for contractors down"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="to step 2 of 3.")).to_be_visible()
    page.get_by_role("button", name="Undo last change").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Undone: ")).to_be_visible()
    assert [each["id"] for each in FlowVersion.objects.get().definition["elements"]] == ["terms", "welcome", "end"]
    page.go_back()
    expect(page.locator("#steps")).to_contain_text("Terms for contractors")
