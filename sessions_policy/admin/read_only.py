"""Rows that the product writes and nobody edits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .. import events, texts


class ValuesFilter(admin.AllValuesFieldListFilter):
    """By the values that occur, in words, so that a link for rows without a value has a name, too."""

    def words(self, value: Any) -> str:
        """Return one value in words."""
        return str(value)

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Return the links, the first of which is for all."""
        first, *others = super().choices(changelist)
        yield first
        for choice in others:
            yield {**choice, "display": self.words(choice["display"]) or _("(none)")}


class MethodFilter(ValuesFilter):
    """By method."""

    def words(self, value: Any) -> str:
        """Return the method's name."""
        return texts.method_name(str(value))


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg] # not generic when it runs
    """Rows to look at. What happened stays as it happened."""

    list_per_page = 50
    # Histories grow: counting all of them for a number that nobody needs would cost more than the page.
    show_full_result_count = False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Name the list by what is in it: there is nothing to choose for a change."""
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False


class FoundByReference(ReadOnlyAdmin):
    """Rows with a reference, which is found however it was typed: ``7f3a 91c2`` finds ``7F3A-91C2``."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Add the row whose reference this is to what the fields find."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        reference = events.reference_in(search_term)
        if reference:
            found |= queryset.filter(reference=reference)
        return found, may_repeat
