"""What can be done with many records at once, how far it is, and the right to do it. Pure."""

from __future__ import annotations

from crm.core.policy import RULES, Rule, is_signed_in, may_see
from crm.core.words import LabeledEnum, Lazy, _l

MAX_ROWS = 50_000
"""Most records that one change may have."""
MAX_IMMEDIATE_ROWS = 200
"""Most records that are changed in the request; more are changed in slices by the job."""
MAX_REFUSED_SHOWN = 200
"""Most refused records that a result lists."""
SHARED_KINDS = ("show",)
"""Kinds of records that never belong to a team."""
FOLLOW_UP_KINDS = ("person", "organization", "project", "opportunity", "show")
"""Kinds of records that a follow-up can be about."""


class BulkOperation(LabeledEnum):
    """What is done with the selected records; `key` is its single-key shortcut."""

    key: str

    edit = "edit", _l("Edit field"), "e"
    tag = "tag", _l("Add tags"), "t"
    untag = "untag", _l("Remove tags"), ""
    assign = "assign", _l("Change counselor"), ""
    archive = "archive", _l("Archive"), ""
    follow_up = "follow_up", _l("Add follow-up"), ""

    def __init__(self, _code: str, _label: Lazy, key: str) -> None:
        self.key = key


class BulkState(LabeledEnum):
    """The progress of a change of many records."""

    waiting = "waiting", _l("Waiting to start")
    running = "running", _l("In progress")
    done = "done", _l("Done")
    canceled = "canceled", _l("Canceled")
    undoing = "undoing", _l("Undoing")
    undone = "undone", _l("Undone")

    @property
    def is_busy(self) -> bool:
        """Whether the job works on it or is about to: its page refreshes itself."""
        return self in BUSY


BUSY = (BulkState.waiting, BulkState.running, BulkState.undoing)
UNDOABLE = (BulkState.done, BulkState.canceled)
"""A change that was carried out as a whole, or in part."""

RULES["bulk:change"] = Rule(
    is_signed_in, may_see, "Change many records at once; each needs the right to change it alone."
)
