"""Hooks: where core or a lower feature calls a higher one. Features fill them at import; each says when it is called.

Hooks run in the order in which the features are loaded (`crm/features.py`), low to high.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from datetime import date, datetime

    import sqlalchemy as sa
    from flask import Response
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from crm.core.data.access import AccessProfile
    from crm.core.data.base import Select
    from crm.core.data.bulk_changes import Derive
    from crm.core.data.changed_rows import ChangedRows
    from crm.core.data.identity import User
    from crm.core.data.net_changes import NetChange
    from crm.core.data.record import Record
    from crm.core.forms.new_records import RecordMaker
    from crm.core.forms.similar import SimilarRecord
    from crm.core.lists.export_log import ExportLog
    from crm.core.mail.outbox.models import Mail
    from crm.core.policy import Actor
    from crm.core.search.search import SearchResult
    from crm.core.words import Lazy

CHANGES_WRITTEN: list[Callable[[Session, Sequence[Mapping[str, Any]]], None]] = []
"""History was written, by a flush or at the end of several: called with the rows of the table `change` (`at`,
`actor_id`, `via`, `batch_id`, `root_id`, `what`, `table`, `row_id`, `diff`), in the same transaction. It executes Core
statements only: a flush isn't over.
"""

MAIL_PUT: list[Callable[[Session, Mail], None]] = []
"""An email was put into the outbox: called in the same transaction."""

FRAME_COUNTS: dict[str, Callable[[AccessProfile], sa.ScalarSelect[int]]] = {}
"""Counts that every page shows, by name. The statement of the saved views reads them, so that no page has one more."""

EXPORTED: list[Callable[[Session, ExportLog], None]] = []
"""A file of a list or report was sent: called in the transaction that writes its line in the export log."""

CONFIDENTIAL_OPENED: list[Callable[[int], None]] = []
"""A confidential record was loaded for a user who may see it: called with its id, once for each load."""

REQUEST_ENDS: list[Callable[[Response], Response]] = []
"""A request is about to be committed: called with its response, returns it, or another one that refuses the request."""

ROWS_CHANGED: list[Callable[[Session, ChangedRows, ChangedRows], None]] = []
"""A transaction is about to be committed: called in it with the records whose rows it changed, and with those of them
that were changed since `take_changed`.
"""

CHANNEL_CHANGED: list[Callable[[Session, str | None], None]] = []
"""Outgoing email was paused (with the reason) or resumed (None): called in the same transaction."""

RECORDS_INSERTED: list[Callable[[Connection, Sequence[dict[str, Any]]], None]] = []
"""Records were inserted in bulk: called with their rows of the table `record`, in the same transaction."""

TOKENS_CHANGED: list[Callable[[Connection, Sequence[dict[str, Any]], Sequence[dict[str, Any]]], None]] = []
"""Search tokens were changed without a flush: called with id, kind and tokens of the records before and after."""

DEPENDENT_UPDATES: list[Callable[[Record], None]] = []
"""Called after the name, team, counselor or access of a record changed, to update what a feature derives from it."""

MEMBERSHIP_CHANGED: list[Callable[[int], None]] = []
"""The role or the teams of a user were written: called with the user's id, in the same transaction."""

DERIVED_DATES: dict[str, Callable[[int], None]] = {}
"""By record kind the function that updates the dates derived from a record, given its id."""

REASSIGNED: list[Callable[[str, Sequence[int], int | None, int | None], None]] = []
"""Called after records were reassigned: with their kind, their ids, the former and the new counselor."""

MANY_ASSIGNED: list[Callable[[Session, Sequence[tuple[str, int]], int], None]] = []
"""Called after the counselor of many records was written without a flush: with kind and id of each, and the new one.

The history of them is in the current batch of the session.
"""

DEPENDENTS: list[tuple[str, Callable[[Collection[int]], Select]]] = []
"""By record kind a function that selects the dependents, which follow the counselor of records of this kind.

It selects `id` and `host_id`, given the ids of the records.
"""

SCREENED_PARTIES_CHANGED: list[Callable[[int], None]] = []
"""Another owner, prime or end user of a project is about to be written: called with the id of the project, in the same
transaction.
"""

SCREENED_PARTIES_RESTORED: list[Callable[[int], None]] = []
"""An undo restored parties or the screening of a project: called with its id, in the same transaction."""

BOOKINGS: list[Callable[[Actor, datetime, datetime, Collection[int], Collection[int]], list[str]]] = []
"""Called before an interaction is planned, with its start, end, people and staff: a sentence for each other booking."""

SEARCH_CANDIDATES: dict[str, Callable[[Actor, str, int], list[SearchResult]]] = {}
"""By record kind a function that finds further records by the name of another record."""

NAME_CHECKS: dict[str, Callable[[int, str], bool]] = {}
"""By record kind the function that decides whether a typed text names the record with this id, the only one that the
text finds. Records of other kinds are always accepted.
"""

SIMILAR_RECORDS: dict[str, Callable[[Actor, Mapping[str, Any]], list[SimilarRecord]]] = {}
"""By record kind the function that finds records like the one that a form is about to create, given its values."""

COVERED_USERS: list[Callable[[Actor], Mapping[int, date]]] = []
"""Called with an actor for the users for whom the actor covers at this moment: their ids, and the first day."""

COVERING_USERS: list[Callable[[int], Collection[int]]] = []
"""Called with a user's id for the ids of the colleagues who cover for the user at this moment."""

ABSENCES: list[Callable[[int], str]] = []
"""Called with a user's id for a sentence: until when the user is away, and the colleague who covers; "" otherwise."""

UNDONE: dict[str, Callable[[Actor, Mapping[Any, Sequence[NetChange]]], None]] = {}
"""By record kind the function that updates names and other derived data after undo restored records or their rows.

Called with the actor who undoes, and what is undone in each record: an old value is what the row has again.
"""


class QuickUndo(NamedTuple):
    """Columns of open records of one kind that undo restores in many records with few statements.

    `derive` returns the columns that follow from those in `deriving`. `follow` is called after that, with the ids and
    the names of the restored columns.
    """

    columns: frozenset[str] = frozenset()
    deriving: frozenset[str] = frozenset()
    derive: Derive | None = None
    follow: Callable[[Actor, Collection[int], Collection[str]], None] | None = None


QUICK_UNDO: dict[str, QuickUndo] = {}
"""By record kind what undo restores without `UNDONE`; the counselor always. Other columns are restored one by one."""

UNDO_LOCKS: list[Callable[[Collection[int], Sequence[NetChange]], None]] = []
"""Called before undo changes any row: locks what must be locked before the rows of records.

Called with the ids of the records, and the changes that are undone.
"""

RESTORED_ROWS: dict[str, Callable[[Actor, Sequence[NetChange]], None]] = {}
"""By table, what follows after undo restored rows: called with the actor and the undone changes.

A check raises Conflict.
"""

BATCH_UNDO: dict[str, Callable[[Actor, int], tuple[str, int]]] = {}
"""By kind of batch the function that undoes one of the actor's, by its id: returns its title and a record to open."""

UNDO_PAGES: dict[str, Callable[[int], str]] = {}
"""By kind of batch that a job makes the page where it is undone: called with a batch id, returns the URL, or ""."""

ACTION_DONE: list[Callable[[str], str | None]] = []
"""A success message is shown: called with its text, returns the URL to POST to for undoing the action, or None."""

MERGE_URLS: list[Callable[[Actor, Sequence[tuple[int, int]]], Mapping[tuple[int, int], str]]] = []
"""Pairs of records are listed: called with their ids, returns the URL that merges them for those that may be merged."""

SIDE_SECTIONS: dict[str, Callable[[Actor], list[Any]]] = {}
"""Lists below the navigation by name ("views", "starred", "recent") with the functions that load them."""

LIST_VIEWS: list[Callable[[Actor, str], list[tuple[str, str, bool]]]] = []
"""Called with the path of a list: returns its saved views as label, URL, and whether the list opens with it."""

LIST_REPORTS: list[Callable[[str, Sequence[tuple[str, str]]], str]] = []
"""A list is shown: called with its name and its filters as in the URL, returns the URL of a report about its rows."""

FIRST_RUN: list[Callable[[], object]] = []
"""Called by `init`, in its transaction; none of them changes existing data."""

RESCHEDULED: list[Callable[[int, int], None]] = []
"""An interaction was rescheduled: called with its id and the id of the one as which it goes on."""


class UserPart(NamedTuple):
    """What a user who leaves passes on besides the records.

    `count` returns how many there are for a user's id; `move` passes them from the old to the new owner and returns how
    many there were. Personal ones stay with a user whose records are reassigned but who remains active.
    """

    label: Lazy
    count: Callable[[int], int]
    move: Callable[[User, User], int]
    is_personal: bool = False


USER_PARTS: list[UserPart] = []
"""Records are reassigned: the page counts these parts, and each is moved after the records."""

RETURN_PLACE: dict[str, Callable[[User, int, int | None], None]] = {}
"""By table of attendees, whose keys are the ids of what is attended and of the user: a reactivated user attends again.

Called with the user, the id of what the user attended, and that of who got the place (None: someone who attended too).
"""

REASSIGN_CONDITIONS: dict[str, Callable[[], sa.ColumnElement[bool]]] = {}
"""By kind of record: the condition of those that are reassigned when a user leaves, such as open follow-ups.

The condition is one on `Record.id`: `Record.id.in_(sa.select(FollowUp.id).where(...))`. Other kinds have none.
"""

RECORD_FORMS: dict[str, tuple[str, Lazy]] = {}
"""Forms of records that need more than a name, by kind: endpoint and text of the link ("Add product")."""

RECORD_MAKERS: dict[str, RecordMaker] = {}
"""How a form creates a record from a name typed into a picker, by kind; "organization.client" is one with a role."""

PEOPLE_FILES: list[Callable[[bytes], list[str]]] = []
"""A list of people was uploaded: called with the bytes of the file, returns a line of text for each. Raises Invalid."""

QUALITY_CHECKS: list[Callable[[Actor, int | None], list[tuple[str | Lazy, int, str]]]] = []
"""The page *Data quality* is shown for a team (None: all): returns labels, counts, and URLs of the counted records."""
