"""Handle incoming email: `receive`, log it (`filing`), stop bounced addresses (`bounces`), `decide`."""

from . import reassignment  # registers a hook
from .address import replace_filing_address
from .decide import assign_to_actor, discard, link_interaction
from .receive import note_failure, receive
