"""Plans of interactions: each row logs one, with the people and organizations it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from crm import calendars
from crm.core import clock
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.imports.policy import LineOutcome
from crm.imports.readers.interactions import ParsedInteraction
from crm.interactions.policy import InteractionOutcome, InteractionState, InteractionType, split_minutes
from crm.interactions.services import ClientMinutes, InteractionDetails, PartyValues

from .identifiers import UidIndex, collect_uids, decide_by_row
from .line import ImportLine, ImportOptions, problems_to_json
from .lookups import ImportUser, ReferenceLookup, find_enum_member
from .resolve import NameResolver, ResolvedRecord
from .users import ambiguous_user_message, find_active_user

NOON = time(12)
"""The time of an interaction without one: noon is the same day in most zones."""
_MAX_LABEL, _MAX_PLACE = 120, 200
TYPE_ALIASES = (
    ("phone", InteractionType.call),
    ("phone call", InteractionType.call),
    ("电话", InteractionType.call),
    ("e-mail", InteractionType.email),
    ("邮件", InteractionType.email),
    ("微信", InteractionType.wechat),
    ("会议", InteractionType.meeting),
    ("拜访", InteractionType.visit),
    ("counseling", InteractionType.session),
    ("counselling", InteractionType.session),
    ("lead heard", InteractionType.lead),
    ("face-to-face", InteractionType.meeting),
    ("online", InteractionType.meeting),
    ("video", InteractionType.meeting),
)
REACHED_ALIASES = (
    ("yes", InteractionOutcome.talked),
    ("no", InteractionOutcome.no_answer),
    ("left message", InteractionOutcome.message_left),
)
STATE_ALIASES = (("completed", InteractionState.held), ("canceled", InteractionState.canceled))


@dataclass
class PlannedInteraction:
    """The values for logging an interaction."""

    uid: str
    values: dict[str, Any]
    details: InteractionDetails


class _Lookups:
    """The records, users and lists that rows name, loaded once per import."""

    def __init__(self, actor: Actor, rows: Sequence[ParsedInteraction]) -> None:
        self.lists = ReferenceLookup()
        self.ids = UidIndex(actor, "interaction", collect_uids(rows))
        self.organizations, self.people = NameResolver(actor, ("organization",)), NameResolver(actor, ("person",))
        self.organizations.load({name for row in rows for name in (*row.organizations, *row.clients)})
        self.people.load({name for row in rows for name in row.people})


def plan_interactions(actor: Actor, rows: Sequence[ParsedInteraction], options: ImportOptions) -> list[ImportLine]:
    """Return one line per row, in order. A row with the identifier of an existing record changes nothing."""
    lookups = _Lookups(actor, rows)
    return [_line(actor, row, options, lookups) for row in rows]


def _line(actor: Actor, row: ParsedInteraction, options: ImportOptions, lookups: _Lookups) -> ImportLine:
    label = row.subject or ", ".join((*row.people, *row.organizations, *row.clients))[:200]
    line = ImportLine(row.line, LineOutcome.new, label, "", ", ".join((*row.organizations, *row.clients)))
    line.problems = problems_to_json(row.problems)
    if decide_by_row(line, row, options, lookups.ids):
        return line
    values = _values(actor, line, row, options)
    details = _details(actor, line, row, lookups, is_planned=values["state"] is InteractionState.planned)
    if line.outcome is not LineOutcome.error:
        if actor.id is None and details.staff_ids:
            values["counselor_id"] = next(iter(details.staff_ids))
        line.data = PlannedInteraction(lookups.ids.new_uid_for(row.uid), values, details)
        line.reason = _("New interaction on %(day)s", day=formats.day(row.on))
    return line


def _values(actor: Actor, line: ImportLine, row: ParsedInteraction, options: ImportOptions) -> dict[str, Any]:
    zone = row.zone or actor.zone
    state = _enum_member(line, InteractionState, row.state, "state", STATE_ALIASES)
    wall = _wall(row, zone, state)
    past = wall is not None and calendars.resolve_local(wall.date(), wall.time(), zone) <= clock.now()
    if state is None:
        state = InteractionState.held if past else InteractionState.planned
    elif state is InteractionState.held and not past:
        line.refuse(_("Enter a past date. An interaction with the status Held can't be in the future."), "date")
    reached = _enum_member(line, InteractionOutcome, row.reached, "reached", REACHED_ALIASES)
    return {
        "state": state,
        "type": _enum_member(line, InteractionType, row.kind, "kind", TYPE_ALIASES) or InteractionType.meeting,
        "reached": (reached or InteractionOutcome.talked) if state is InteractionState.held else None,
        "wall": wall,
        "time_known": row.at is not None,
        "zone": zone,
        "place": row.place[:_MAX_PLACE] or None,
        "subject": row.subject,
        "notes": row.notes or None,
        "english_line": row.summary or None,
        "minutes": row.contact_minutes,
        "team_id": options.team_id if actor.sees_all_teams else None,
    }


def _wall(row: ParsedInteraction, zone: str, state: InteractionState | None) -> datetime | None:
    """Return date and time; without a time noon, or the current time of today if that isn't noon yet."""
    if row.on is None:
        return None
    if row.at is not None:
        return datetime.combine(row.on, row.at)
    noon = datetime.combine(row.on, NOON)
    now = clock.now().astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0, tzinfo=None)
    is_planned = state is InteractionState.planned
    return now if now.date() == row.on and now < noon and not is_planned else noon


def _enum_member(line: ImportLine, enum: Any, text: str, column: str, aliases: Any) -> Any:
    member = find_enum_member(enum, text, aliases) if text else None
    if text and member is None:
        options = ", ".join(map(str, enum))
        line.refuse(
            _("“%(value)s” isn't an option. Use one of these: %(options)s.", value=text[:40], options=options), column
        )
    return member


def _details(
    actor: Actor, line: ImportLine, row: ParsedInteraction, lookups: _Lookups, *, is_planned: bool
) -> InteractionDetails:
    organizations = [f for name in row.organizations if (f := _organization(line, name, lookups)) is not None]
    clients = [f for name in row.clients if (f := _organization(line, name, lookups)) is not None]
    parties = [_party(line, name, lookups, organizations) for name in row.people]
    if not row.people:
        parties = []
    parties += [PartyValues(organization_id=f.id) for f in organizations if not row.people or len(organizations) > 1]
    staff = [c.id for name in row.staff if (c := _staff(actor, line, name, lookups.lists, is_planned=is_planned))]
    staff = staff or ([actor.id] if actor.id is not None and not row.staff else [])
    return InteractionDetails(
        parties=parties, staff_ids=staff, clients=_clients(line, row, clients, lookups.lists), about=[]
    )


def _organization(line: ImportLine, name: str, lookups: _Lookups) -> ResolvedRecord | None:
    matches = lookups.organizations.get(name)
    if len(matches) == 1:
        return matches[0]
    if matches:
        line.refuse(
            _("Enter the identifier. %(n)s organizations are named “%(name)s”.", n=len(matches), name=name[:80])
        )
    else:
        line.refuse(_("No organization is named “%(name)s”. Import organizations first.", name=name[:80]))
    return None


def _party(line: ImportLine, name: str, lookups: _Lookups, organizations: list[ResolvedRecord]) -> PartyValues:
    """Return the existing person, or else the name as text, at the organization of the row."""
    matches = lookups.people.get(name)
    if len(matches) == 1:
        return PartyValues(
            person_id=matches[0].id, organization_id=organizations[0].id if len(organizations) == 1 else None
        )
    values = {"n": len(matches), "name": name[:80]}
    if matches:
        message = _("%(n)s people are named “%(name)s”. The name is saved as text, without a link.", **values)
    else:
        message = _("No person is named “%(name)s”. The name is saved as text, without a link.", **values)
    line.problems += (("people", message),)
    return PartyValues(organization_id=organizations[0].id if organizations else None, label=name[:_MAX_LABEL])


def _staff(actor: Actor, line: ImportLine, name: str, lists: ReferenceLookup, *, is_planned: bool) -> ImportUser | None:
    """Return the user with this name; past interactions may have deactivated ones."""
    user, problem = find_active_user(lists, name, actor.first_team_id)
    users = lists.find_users(name)
    if user is None and users and not is_planned and not users[0].active:
        user, problem = (users[0], "") if len(users) == 1 else (None, ambiguous_user_message(name, len(users)))
    if problem:
        line.refuse(problem, "staff")
    return user


def _clients(
    line: ImportLine, row: ParsedInteraction, clients: list[ResolvedRecord], lists: ReferenceLookup
) -> list[ClientMinutes]:
    """Split the minutes of the row among its clients."""
    funder_id = lists.find_funder(row.funder) if row.funder else None
    if row.funder and funder_id is None:
        line.refuse(_("“%(name)s” isn't a funder. Check the spelling.", name=row.funder[:80]), "funder")
    if not clients:
        return []
    totals = (row.contact_minutes or 0, row.prep_minutes or 0, row.travel_minutes or 0)
    shares = zip(*(split_minutes(total, len(clients)) for total in totals), strict=True)
    return [
        ClientMinutes(f.id, contact, prep, travel, funder_id=funder_id)
        for f, (contact, prep, travel) in zip(clients, shares, strict=True)
    ]
