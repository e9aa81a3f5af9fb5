"""What falls due for whom, and the blocks of Today that the digest has too."""

from .blocks import Block, blocks_for, headline
from .due import Due, Reader, due_alone, is_kept, meetings_tomorrow, muted_kinds, occurrence_of, readers, untold_mails
from .items import Item

__all__ = [
    "Block",
    "Due",
    "Item",
    "Reader",
    "blocks_for",
    "due_alone",
    "headline",
    "is_kept",
    "meetings_tomorrow",
    "muted_kinds",
    "occurrence_of",
    "readers",
    "untold_mails",
]
