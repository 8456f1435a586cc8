"""People of the control: a name and a password."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User

from benchmarks.browser import Browser, expect
from benchmarks.operations import OPERATIONS, PAGE

__all__ = ["OPERATIONS", "create_person", "renew", "sign_in"]

PASSWORD = "correct horse battery staple"  # noqa: S105 - of people in a database that is thrown away


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a password."""

    name: str


def create_person(name: str) -> Person:
    """Make somebody."""
    User.objects.create_user(name, password=PASSWORD)
    return Person(name)


def renew(person: Person) -> None:
    """Nothing here is for one use."""


def sign_in(browser: Browser, person: Person) -> None:
    """Form, password, page."""
    expect(browser.get("/login/?next=" + PAGE))
    answer = browser.post("/login/", username=person.name, password=PASSWORD, next=PAGE)
    expect(browser.follow(answer), body=person.name)
