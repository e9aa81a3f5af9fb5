"""Kinds, states and outcomes of imports, and who may see an import. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from crm.core.policy import RULES, Actor, Rule, is_signed_in
from crm.core.words import LabeledEnum, Lazy, _l

MAX_IMMEDIATE_ROWS = 500
"""Most rows that are written in the request; longer imports are written in slices by the job."""
PAGE_SIZE = 50
"""Rows of the report on one page."""
IMPORT, IMPORT_UNDO = "import", "import_undo"
"""The kinds of batches of an import and of an undone one."""
UNDO_DAYS = 30
"""Days during which a completed import can be undone."""


class ImportKind(LabeledEnum):
    """The type of records that the rows of a file become."""

    people = "people", _l("People")
    organizations = "organizations", _l("Organizations")
    posts = "posts", _l("U.S. posts")
    interactions = "interactions", _l("Interactions")
    followups = "followups", _l("Follow-ups")
    products = "products", _l("Products")
    representations = "representations", _l("China reps")
    projects = "projects", _l("Projects")
    needs = "needs", _l("Needs")
    opportunities = "opportunities", _l("Opportunities")
    shows = "shows", _l("Shows")


class RunState(LabeledEnum):
    """The progress of an import."""

    preview = "preview", _l("Preview")
    confirmed = "confirmed", _l("Waiting to start")
    writing = "writing", _l("Importing")
    finishing = "finishing", _l("Finishing")
    undoing = "undoing", _l("Undoing")
    done = "done", _l("Done")
    failed = "failed", _l("Failed")
    undo_requested = "undo_requested", _l("Waiting to undo")
    reverting = "reverting", _l("Undoing")
    undone = "undone", _l("Undone")

    @property
    def tone(self) -> str:
        """The color of its chip."""
        if self is RunState.failed:
            return "bad"
        if self is RunState.done:
            return "ok"
        return "warn" if self.is_busy else ""

    @property
    def is_busy(self) -> bool:
        """Whether a job is working on the import or about to: its page refreshes itself."""
        return self in (RunState.confirmed, RunState.undo_requested, *SLICED_STATES)


class ArchiveState(LabeledEnum):
    """The progress of an archive of all lists."""

    waiting = "waiting", _l("Waiting to start")
    writing = "writing", _l("Writing")
    ready = "ready", _l("Ready")


ARCHIVE_DAYS = 7
"""Days after which an archive is deleted."""

SLICED_STATES = (RunState.writing, RunState.finishing, RunState.undoing, RunState.reverting)
"""States in which one worker has the import."""


class LineOutcome(LabeledEnum):
    """The outcome of a row; `tone` is the color of its chip."""

    tone: str

    new = "new", _l("New"), "ok"
    update = "adds", _l("Update"), "accent"
    unchanged = "same", _l("Unchanged"), ""
    needs_review = "which", _l("Needs review"), "warn"
    skipped = "left", _l("Skipped"), ""
    error = "refused", _l("Error"), "bad"

    def __init__(self, _code: str, _label: Lazy, tone: str) -> None:
        self.tone = tone

    @property
    def writes(self) -> bool:
        """Whether the row makes or changes a record."""
        return self in (LineOutcome.new, LineOutcome.update)


class RowChoice(LabeledEnum):
    """A choice for a row that matches records; the id of a record instead means: update that one."""

    new = "new", _l("Create a new record")
    skip = "left", _l("Skip this row")


def may_see_run(actor: Actor, user_id: int | None, team_id: int | None) -> bool:
    """Return whether the actor may see an import: own ones, and as a manager those of the team."""
    if actor.is_system or (user_id is not None and user_id == actor.id):
        return True
    return actor.is_manager and (actor.sees_all_teams or (team_id is not None and team_id in actor.team_ids))


def undo_until(written_at: datetime) -> datetime:
    """Return until when an import can be undone."""
    return written_at + timedelta(days=UNDO_DAYS)


RULES["import:see"] = Rule(is_signed_in, description="View one's own imports; managers: those of their teams.")
RULES["import:make"] = Rule(is_signed_in, description="Upload a file, preview it and import it.")
