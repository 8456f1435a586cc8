"""What is measured, the same for both arms: each operation prepares itself unmeasured, then runs.

An arm is a module with ``create_person(name)`` and ``sign_in(browser, person)``; see control/people.py and product/people.py.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import ExitStack
from typing import Protocol

from . import clock
from .browser import Application, Browser, expect

PAGE = "/page/"
# A minute of one worker: so many people, each of whom asks for a page every second.
PEOPLE, SECONDS = 10, 60


class Person(Protocol):
    """Somebody who can sign in."""

    @property
    def name(self) -> str:
        """The name to sign in with."""
        ...


class Arm(Protocol):
    """How one arm makes people and signs them in."""

    def create_person(self, name: str) -> Person:
        """Make somebody, with the preferred password hasher."""
        ...

    def renew(self, person: Person) -> None:
        """Make everything that ``person`` has for one use usable again."""
        ...

    def sign_in(self, browser: Browser, person: Person) -> None:
        """Do the whole login in ``browser`` and end on the page."""
        ...


class Operation(ABC):
    """One measured thing."""

    hasher = "django.contrib.auth.hashers.MD5PasswordHasher"
    # How many times the measured thing happens in one run.
    repeats = 1

    def __init__(self, arm: Arm, application: Application) -> None:
        self.arm = arm
        self.application = application
        self.browser = Browser(application)
        self.person = arm.create_person(type(self).__name__.lower())

    def prepare(self) -> None:  # noqa: B027 - most have nothing to prepare
        """Do what comes before the measured part."""

    @abstractmethod
    def run(self) -> None:
        """Do the measured part once."""

    def close(self) -> None:  # noqa: B027 - most leave nothing behind
        """Undo what lasts beyond the operation."""


class SignedIn(Operation):
    """Something that somebody with a session does."""

    def __init__(self, arm: Arm, application: Application) -> None:
        super().__init__(arm, application)
        arm.sign_in(self.browser, self.person)


class HotGet(SignedIn):
    """One guarded page in a running session."""

    def run(self) -> None:
        """Ask for the page."""
        expect(self.browser.get(PAGE), body=self.person.name)


class Minute(Operation):
    """A simulated minute of one worker: :data:`PEOPLE` sessions, one page a second each."""

    repeats = PEOPLE * SECONDS

    def __init__(self, arm: Arm, application: Application) -> None:
        super().__init__(arm, application)
        self.browsers = [Browser(application) for _ in range(PEOPLE)]
        for browser in self.browsers:
            arm.renew(self.person)
            arm.sign_in(browser, self.person)
        self.stack = ExitStack()
        self.clock = self.stack.enter_context(clock.by_hand())

    def run(self) -> None:
        """Let the minute pass."""
        for _second in range(SECONDS):
            self.clock.go_on(1)
            for browser in self.browsers:
                expect(browser.get(PAGE), body=self.person.name)

    def close(self) -> None:
        """Let the clocks go on."""
        self.stack.close()


class LoginForm(Operation):
    """The login page, for a browser that has never been here."""

    def prepare(self) -> None:
        """Take a new browser."""
        self.browser = Browser(self.application)

    def run(self) -> None:
        """Ask for the form."""
        expect(self.browser.get("/login/?next=" + PAGE))


class Login(LoginForm):
    """The whole login in a new browser, from the form to the page, with a hash that costs nothing."""

    def prepare(self) -> None:
        """Take a new browser, and a code that was not used."""
        super().prepare()
        self.arm.renew(self.person)

    def run(self) -> None:
        """Sign in."""
        self.arm.sign_in(self.browser, self.person)


class LoginWithHash(Login):
    """The same with the hash that Django prefers."""

    hasher = "django.contrib.auth.hashers.PBKDF2PasswordHasher"


OPERATIONS: dict[str, Callable[[Arm, Application], Operation]] = {
    "hot_get": HotGet,
    "minute": Minute,
    "login_form": LoginForm,
    "login": Login,
    "login_with_hash": LoginWithHash,
}
