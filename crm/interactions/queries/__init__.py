"""Questions about contacts; each begins from what the actor may see.

`contacts`: one contact and rows of many; `timelines`: those of a record; `counting`: what is missing for the funder.
"""

from .contacts import (
    contacts,
    details,
    interaction,
    last_funder,
    last_with,
    visible_to,
)
from .counting import MONEY, count_facts, missing_for, missing_to_count
from .rows import Client, Contact, Details, Named, Party
from .timelines import Entry, Timeline, is_fact, timeline

__all__ = [
    "MONEY",
    "Client",
    "Contact",
    "Details",
    "Entry",
    "Named",
    "Party",
    "Timeline",
    "contacts",
    "count_facts",
    "details",
    "interaction",
    "is_fact",
    "last_funder",
    "last_with",
    "missing_for",
    "missing_to_count",
    "timeline",
    "visible_to",
]
