"""The first steps of a new user, by role, with what is done of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.access import AccessProfile, cached_query, of_own_teams
from crm.core.data.base import Select, db
from crm.core.data.identity import Membership, User
from crm.core.data.record import Record
from crm.core.data.rows import upsert
from crm.core.policy import Actor, Role
from crm.core.words import Lazy, _l
from crm.desk.models import HiddenWelcome
from crm.followups.models import FollowUp
from crm.imports.models import ImportRun
from crm.interactions.models import InteractionStaff
from crm.records.models import Star
from crm.search.models import SavedView


@dataclass(frozen=True)
class FirstStep:
    """One thing to do first: `endpoint` is the page where it is done."""

    code: str
    title: Lazy
    text: Lazy
    endpoint: str
    icon: str


IMPORT = FirstStep(
    "import",
    _l("Import people"),
    _l("Upload an Excel, CSV or vCard file. You see every row before anything is saved."),
    "imports.new",
    "upload",
)
LOG = FirstStep(
    "log",
    _l("Log an interaction"),
    _l("One sentence is enough: met Li Hui, 20m, wants HACCP cert, call Fri."),
    "interactions.log",
    "log",
)
PLAN = FirstStep(
    "plan",
    _l("Plan a follow-up"),
    _l("Enter what you owe, or what they owe you, and by when. You get a reminder."),
    "followups.new",
    "followup",
)
INVITE = FirstStep(
    "invite",
    _l("Invite a colleague"),
    _l("Colleagues get an email with a link to choose their password."),
    "accounts.new",
    "people",
)
SAVE_VIEW = FirstStep(
    "view",
    _l("Save a view"),
    _l("Filter a list of all teams, then save it. Saved views are in the navigation."),
    "opportunities.index",
    "filter",
)
STAR = FirstStep(
    "star",
    _l("Star a record"),
    _l("Open an organization or opportunity to watch, and choose the star."),
    "organizations.index",
    "star",
)
STEPS_BY_ROLE: Mapping[Role, tuple[FirstStep, ...]] = {
    Role.staff: (IMPORT, LOG, PLAN),
    Role.manager: (INVITE, LOG, PLAN),
    Role.network_manager: (SAVE_VIEW, STAR, PLAN),
    Role.administrator: (INVITE, IMPORT, PLAN),
}
PURPOSE_BY_ROLE: Mapping[Role, Lazy] = {
    Role.staff: _l("Log interactions, plan follow-ups, and get a reminder of what is due."),
    Role.manager: _l("Work with your own clients, and see your team's pipeline and follow-ups under Reports."),
    Role.network_manager: _l("See the pipeline of all teams side by side under Reports."),
    Role.administrator: _l("Manage users, teams and lists, and watch the delivery of emails."),
}


@dataclass(frozen=True)
class Welcome:
    """The steps of a user with whether each is done; `is_hidden` if the user hid them on Today."""

    purpose: Lazy
    steps: list[tuple[FirstStep, bool]]
    is_hidden: bool

    @property
    def done_count(self) -> int:
        """How many steps are done."""
        return sum(is_done for _step, is_done in self.steps)


def load_welcome(actor: Actor) -> Welcome:
    """Return the first steps of a user; one statement."""
    steps = STEPS_BY_ROLE[actor.role]
    [(is_hidden, *flags)] = _progress(actor)
    marked = [(step, bool(is_done)) for step, is_done in zip(steps, flags, strict=True)]
    return Welcome(PURPOSE_BY_ROLE[actor.role], marked, bool(is_hidden))


@cached_query
def _progress(viewer: AccessProfile) -> Select:
    return sa.select(_is_hidden(viewer), *(_is_done(step.code, viewer) for step in STEPS_BY_ROLE[viewer.role]))


def load_open_welcome(actor: Actor) -> Welcome | None:
    """Return the first steps for Today; None when the user hid them or all are done."""
    welcome = load_welcome(actor)
    return None if welcome.is_hidden or welcome.done_count == len(welcome.steps) else welcome


def show_welcome(actor: Actor, *, on_today: bool) -> None:
    """Show the first steps on the user's Today, or hide them there."""
    if on_today:
        db.session.execute(sa.delete(HiddenWelcome).where(HiddenWelcome.user_id == actor.id))
    else:
        values = {"user_id": actor.id, "at": clock.now()}
        db.session.execute(upsert(db.session, HiddenWelcome, values, key=[HiddenWelcome.user_id]))


def _is_hidden(viewer: AccessProfile) -> sa.ColumnElement[bool]:
    return sa.exists().where(HiddenWelcome.user_id == viewer.id)


def _is_done(code: str, viewer: AccessProfile) -> sa.ColumnElement[bool]:
    """Whether a user has done a step. Each looks at rows of that user only."""
    match code:
        case "import":
            return sa.exists().where(ImportRun.user_id == viewer.id, ImportRun.state == "done")
        case "log":
            is_own = sa.and_(Record.id == InteractionStaff.interaction_id, Record.created_by_id == viewer.id)
            return sa.exists().where(InteractionStaff.user_id == viewer.id, is_own)
        case "plan":
            return sa.exists().where(FollowUp.counselor_id == viewer.id, FollowUp.created_by_id == viewer.id)
        case "view":
            return sa.exists().where(SavedView.user_id == viewer.id)
        case "star":
            return sa.exists().where(Star.user_id == viewer.id)
    return _has_colleague(viewer)


def _has_colleague(viewer: AccessProfile) -> sa.ColumnElement[bool]:
    """Whether someone else is in one of the user's teams; for administrators, whether there is anyone else."""
    colleague = sa.exists().where(User.id != viewer.id, User.active)
    if viewer.role is Role.administrator:
        return colleague
    return colleague.where(Membership.user_id == User.id, of_own_teams(viewer, Membership.team_id))
