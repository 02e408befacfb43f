"""What can be done with landing pages, beside what their resource does."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q

from honeyguide.engine.audit import record
from honeyguide.features.pages.models import Page


@transaction.atomic
def declare_winner(page: Page, *, by: Any = None) -> None:
    """Ends a test of variants: this page takes the place of its parent, the others are unpublished and stay with it.

    Addresses stay what they are; those of the others lead to the winner. Counting begins anew.
    """
    root = page.variant_parent or page
    others = Page.objects.filter(Q(pk=root.pk) | Q(variant_parent=root)).exclude(pk=page.pk)
    ended = {"variant_start_date": None, "variant_hits": 0}
    others.update(variant_parent=page, is_published=False, **ended)
    if page.pk != root.pk and root.is_published:
        Page.objects.filter(pk=page.pk).update(is_published=True)
    Page.objects.filter(pk=page.pk).update(variant_parent=None, **ended)
    record("page", "page", page.pk, "update", {"winner": [None, page.title], "instead_of": [root.pk, page.pk]}, by=by)
