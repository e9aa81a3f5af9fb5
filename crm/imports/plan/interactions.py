"""What rows of contacts would do: log each, with the people and firms it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from crm import calendars
from crm.core import clock
from crm.core.policy import Actor
from crm.core.words import _
from crm.imports.policy import LineOutcome, RowChoice
from crm.imports.readers.interactions import InteractionRow
from crm.interactions.policy import InteractionState, Kind, Reached, split_minutes
from crm.interactions.services import ForClient, InteractionDetails, PartyValues

from .identifiers import Identifiers, uids_of
from .line import ImportLine, ImportOptions, problems_to_json
from .lookups import Lists, find_enum_member
from .resolve import NameResolver, ResolvedRecord

NOON = time(12)
"""The hour of a contact whose file tells only the day: the one that is the same day in most zones."""
_LONGEST_LABEL, _LONGEST_PLACE = 120, 200
_KINDS = (
    ("phone", Kind.call),
    ("phone call", Kind.call),
    ("电话", Kind.call),
    ("e-mail", Kind.email),
    ("邮件", Kind.email),
    ("微信", Kind.wechat),
    ("会议", Kind.meeting),
    ("拜访", Kind.visit),
    ("counseling session", Kind.session),
    ("counselling", Kind.session),
    ("face-to-face", Kind.meeting),
    ("online", Kind.meeting),
    ("video", Kind.meeting),
)
_REACHED = (("yes", Reached.talked), ("no", Reached.no_answer), ("left message", Reached.message_left))
_STATES = (("completed", InteractionState.held), ("canceled", InteractionState.cancelled))


@dataclass
class PlannedInteraction:
    """What logging a row needs."""

    uid: str
    values: dict[str, Any]
    told: InteractionDetails


class _Names:
    """All that rows name, asked for once."""

    def __init__(self, actor: Actor, rows: Sequence[InteractionRow]) -> None:
        self.lists = Lists()
        self.ids = Identifiers(actor, "interaction", uids_of(rows))
        self.firms, self.people = NameResolver(actor, ("organization",)), NameResolver(actor, ("person",))
        self.firms.look_up({name for row in rows for name in (*row.organizations, *row.clients)})
        self.people.look_up({name for row in rows for name in row.people})


def plan_interactions(actor: Actor, rows: Sequence[InteractionRow], options: ImportOptions) -> list[ImportLine]:
    """One line a row, in order. A row with a known identifier is here already."""
    known = _Names(actor, rows)
    return [_line(actor, row, options, known) for row in rows]


def _line(actor: Actor, row: InteractionRow, options: ImportOptions, known: _Names) -> ImportLine:
    label = row.subject or ", ".join((*row.people, *row.organizations, *row.clients))[:200]
    line = ImportLine(row.line, LineOutcome.new, label, "", ", ".join((*row.organizations, *row.clients)))
    line.problems = problems_to_json(row.problems)
    if row.is_refused:
        line.outcome = LineOutcome.refused
    elif options.choices.get(row.line) == RowChoice.left.value:
        line.outcome, line.why = LineOutcome.left, _("You skipped this row")
    elif found := known.ids.match(row.uid):
        line.outcome, line.record_id, line.why = LineOutcome.same, found[0].id, _("Already exists")
    else:
        values = _values(actor, line, row, options)
        what = _told(actor, line, row, known, is_planned=values["state"] is InteractionState.planned)
        if line.outcome is not LineOutcome.refused:
            if actor.id is None and what.staff_ids:
                values["counselor_id"] = next(iter(what.staff_ids))
            line.data = PlannedInteraction(known.ids.fresh(row.uid), values, what)
            line.why = _("New interaction on %(day)s", day=row.on)
    return line


def _values(actor: Actor, line: ImportLine, row: InteractionRow, options: ImportOptions) -> dict[str, Any]:
    zone = row.zone or actor.zone
    wall = datetime.combine(row.on, row.at or NOON) if row.on else None
    past = wall is not None and calendars.resolve_local(wall.date(), wall.time(), zone) <= clock.now()
    state = _word(line, InteractionState, row.state, "state", _STATES)
    if state is None:
        state = InteractionState.held if past else InteractionState.planned
    elif state is InteractionState.held and not past:
        line.refuse(_("Enter a past date. A held interaction can't be in the future."), "date")
    reached = _word(line, Reached, row.reached, "reached", _REACHED)
    return {
        "state": state,
        "what": _word(line, Kind, row.kind, "kind", _KINDS) or Kind.meeting,
        "reached": (reached or Reached.talked) if state is InteractionState.held else None,
        "wall": wall,
        "zone": zone,
        "place": row.place[:_LONGEST_PLACE] or None,
        "subject": row.subject,
        "notes": row.notes or None,
        "english_line": row.summary or None,
        "minutes": row.contact_minutes,
        "team_id": options.team_id if actor.sees_all_teams else None,
    }


def _word(line: ImportLine, words: Any, text: str, column: str, also: Any) -> Any:
    found = find_enum_member(words, text, also) if text else None
    if text and found is None:
        known = ", ".join(map(str, words))
        line.refuse(_("“%(what)s” isn't an option. Use one of these: %(all)s.", what=text[:40], all=known), column)
    return found


def _told(
    actor: Actor, line: ImportLine, row: InteractionRow, known: _Names, *, is_planned: bool
) -> InteractionDetails:
    organizations = [f for name in row.organizations if (f := _firm(line, name, known)) is not None]
    clients = [f for name in row.clients if (f := _firm(line, name, known)) is not None]
    parties = [_party(line, name, known, organizations) for name in row.people]
    if not row.people:
        parties = []
    parties += [PartyValues(organization_id=f.id) for f in organizations if not row.people or len(organizations) > 1]
    staff = [c.id for name in row.staff if (c := _staff(line, name, known.lists, is_planned=is_planned)) is not None]
    staff = staff or ([actor.id] if actor.id is not None and not row.staff else [])
    return InteractionDetails(
        parties=parties, staff_ids=staff, clients=_clients(line, row, clients, known.lists), about=[]
    )


def _firm(line: ImportLine, name: str, known: _Names) -> ResolvedRecord | None:
    found = known.firms.get(name)
    if len(found) == 1:
        return found[0]
    if found:
        line.refuse(_("Enter the identifier. %(n)s organizations are named “%(name)s”.", n=len(found), name=name[:80]))
    else:
        line.refuse(_("No organization is named “%(name)s”. Import organizations first.", name=name[:80]))
    return None


def _party(line: ImportLine, name: str, known: _Names, organizations: list[ResolvedRecord]) -> PartyValues:
    """A person here, else a name without a card, at the firm of the row."""
    found = known.people.get(name)
    if len(found) == 1:
        return PartyValues(
            person_id=found[0].id, organization_id=organizations[0].id if len(organizations) == 1 else None
        )
    called = {"n": len(found), "name": name[:80]}
    if found:
        words = _("%(n)s people are named “%(name)s”. The name is saved as text, without a link.", **called)
    else:
        words = _("No person is named “%(name)s”. The name is saved as text, without a link.", **called)
    line.problems += (("people", words),)
    return PartyValues(organization_id=organizations[0].id if organizations else None, label=name[:_LONGEST_LABEL])


def _staff(line: ImportLine, name: str, lists: Lists, *, is_planned: bool) -> Any:
    found = lists.colleague(name)
    if found is None:
        line.refuse(_("“%(name)s” isn't a user. Check the spelling.", name=name[:80]), "staff")
    elif is_planned and not found.active:
        line.refuse(_("%(name)s is deactivated. Choose an active user.", name=found.name), "staff")
    return found


def _clients(line: ImportLine, row: InteractionRow, clients: list[ResolvedRecord], lists: Lists) -> list[ForClient]:
    """The minutes of the row shared among its clients."""
    funder_id = lists.funder(row.funder) if row.funder else None
    if row.funder and funder_id is None:
        line.refuse(_("“%(name)s” isn't a funder. Check the spelling.", name=row.funder[:80]), "funder")
    if not clients:
        return []
    told_ = (row.contact_minutes or 0, row.prep_minutes or 0, row.travel_minutes or 0)
    shares = zip(*(split_minutes(total, len(clients)) for total in told_), strict=True)
    return [
        ForClient(f.id, contact, prep, travel, funder_id=funder_id)
        for f, (contact, prep, travel) in zip(clients, shares, strict=True)
    ]
