"""Add, change and close follow-ups."""

from . import reassignment as reassignment  # Registers what is reassigned when a user leaves.
from .about import AboutRecords, list_employer_ids, load_about
from .complete import (
    cancel_follow_up,
    complete_follow_up,
    note_no_answer,
    postpone_follow_up,
    reassign_follow_up,
    reopen_follow_up,
    repeat_of,
    set_cadence,
)
from .edit import (
    InsertedFollowUp,
    about_of,
    add_follow_up,
    change_follow_up,
    follow_access,
    insert_follow_up,
    link_record,
    list_owing_ids,
    set_due,
)
