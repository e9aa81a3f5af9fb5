"""What a change of many records did, in words."""

from __future__ import annotations

from crm.core.words import ngettext

from .policy import BulkOperation


def describe_result(operation: BulkOperation, count: int) -> str:
    """Return how many records were changed, archived and so on: "6 records archived"."""
    match operation:
        case BulkOperation.tag:
            return ngettext("%(num)s record tagged", "%(num)s records tagged", count)
        case BulkOperation.assign:
            return ngettext("%(num)s record reassigned", "%(num)s records reassigned", count)
        case BulkOperation.archive:
            return ngettext("%(num)s record archived", "%(num)s records archived", count)
        case BulkOperation.follow_up:
            return ngettext("%(num)s follow-up added", "%(num)s follow-ups added", count)
        case _:
            return ngettext("%(num)s record changed", "%(num)s records changed", count)
