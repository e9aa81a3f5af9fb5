"""Hooks: interactions follow their access, the people in them, and an undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crm.core.data.net_changes import NetChange
from crm.core.data.record import Record
from crm.core.hooks import DEPENDENT_UPDATES, UNDONE
from crm.core.policy import Actor
from crm.interactions.children import InteractionChildren
from crm.interactions.dates import refresh_links, update_last_dates
from crm.interactions.models import Interaction

from .log import name_interaction
from .search_words import refresh_words


def _update_dependents(record: Record) -> None:
    if isinstance(record, Interaction):
        name_interaction(InteractionChildren(record))
    if record.kind == "person":
        refresh_words([record.id])


DEPENDENT_UPDATES.append(_update_dependents)


def _update_after_undo(_actor: Actor, undone: Mapping[Interaction, Sequence[NetChange]]) -> None:
    """Update the links to the people and organizations that are in them again, the dates of all, and the names."""
    for row in undone:
        children = InteractionChildren(row)
        changed_ids = refresh_links(children)
        children.add()
        update_last_dates(changed_ids)
        name_interaction(children)


UNDONE["interaction"] = _update_after_undo
