"""Compute matches, and decide about them."""

from .decisions import accept_match, describe_dismissal, dismiss_match, name_decider, refuse_dismissed, reopen_match
from .refresh import list_due, rebuild_keys, rebuild_matches, refresh_records
from .watch import refresh_changed
