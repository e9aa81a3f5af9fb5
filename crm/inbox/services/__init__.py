"""Handle incoming email: `receive`, log it (`filing`), stop bounced addresses (`bounces`), `decide`."""

from . import reassignment  # noqa: F401 - registers a hook
from .address import replace_filing_address
from .decide import assign_to_actor, discard, link_interaction
from .receive import note_failure, receive

__all__ = ["assign_to_actor", "discard", "link_interaction", "note_failure", "receive", "replace_filing_address"]
