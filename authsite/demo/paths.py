"""The addresses that programs and tests may rely on, by name."""

from __future__ import annotations

from django.urls import reverse

from authsite.addresses import addresses

# Addresses with parts that depend on whom they are about, as templates.
TEMPLATES = ("identity", "why")


def paths() -> dict[str, str]:
    """Return the path of every named address without parameters, by its name with underscores; of the admin its front page.

    The addresses of :data:`TEMPLATES` are there as the URL configuration writes them, such as ``/docs/why/<str:code>/``.
    """
    named = [each for each in addresses() if each.name and ":" not in each.name]
    found = {each.name: each.path for each in named if "<" not in each.path or each.name in TEMPLATES}
    return {name.replace("-", "_"): path for name, path in {**found, "admin": reverse("admin:index")}.items()}
