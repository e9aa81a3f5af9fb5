"""What falls due for whom, and the blocks of Today that the digest has too."""

from .blocks import Block, blocks_for, headline
from .due import (
    Due,
    Reader,
    due_alone,
    is_valid_reminder,
    list_withdrawn_mails,
    meetings_tomorrow,
    muted_kinds,
    occurrence_of,
    readers,
)
from .items import Item

__all__ = [
    "Block",
    "Due",
    "Item",
    "Reader",
    "blocks_for",
    "due_alone",
    "headline",
    "is_valid_reminder",
    "list_withdrawn_mails",
    "meetings_tomorrow",
    "muted_kinds",
    "occurrence_of",
    "readers",
]
