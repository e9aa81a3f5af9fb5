"""Turn a parsed sentence or email into data of the log form and questions about names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.policy import Actor
from crm.core.search.search import SearchResult
from crm.core.words import _
from crm.organizations.policy import OrganizationRole
from crm.organizations.queries import load_roles
from crm.reference.queries import funders_on

from .forms.fields import NameQuestion, build_name_question
from .lookup import NameLookup
from .policy import InteractionState, InteractionType
from .prefill import FormPrefill, blank, client_row, complete, step_row
from .sentence import ChipKind, Draft, HeadCount, LocalMoment, SentenceChip

MAX_SUBJECT_CHARS = 200
MAX_CLIENTS = 10


@dataclass
class UnresolvedNames:
    """Typed names that are not resolved, names that may be added, and questions which records are meant."""

    typed: list[str] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    questions: list[NameQuestion] = field(default_factory=list)

    def add(self, text: str, ids: Sequence[int]) -> None:
        """Add a typed name, and a question if it may mean one of these records."""
        self.typed.append(text)
        if ids:
            self.questions.append(build_name_question(text, _search_results(ids)))

    def apply_to(self, picker: Any) -> None:
        """Set names and questions on a picker."""
        picker.typed = list(self.typed)
        picker.unknown_names = list(self.typed)
        picker.offered = list(self.offered)
        picker.questions = list(self.questions)


@dataclass
class FormProposal(FormPrefill):
    """Form data, typed names that are not resolved, and questions which records they mean."""

    people: UnresolvedNames = field(default_factory=UnresolvedNames)
    organizations: UnresolvedNames = field(default_factory=UnresolvedNames)
    clients: list[str] = field(default_factory=list)
    about: list[str] = field(default_factory=list)

    def apply_to_form(self, form: Any) -> None:
        """Set names and questions on the pickers of the form."""
        self.people.apply_to(form.people)
        self.organizations.apply_to(form.organizations)
        form.about.typed = list(self.about)
        empty_rows = [row.form for row in form.clients if not row.form.client_id.data]
        for text, row in zip(self.clients, empty_rows, strict=False):
            row.client_id.typed = [text]


def propose_from_sentence(actor: Actor, draft: Draft, lookup: NameLookup) -> FormProposal:
    """Build the form data of a sentence."""
    proposal = FormProposal(blank(actor))
    data = proposal.data
    state = InteractionState.planned if draft.state is InteractionState.rescheduled else draft.state
    data |= {"state": state, "reached": draft.reached, "notes": draft.notes or None, "sentence": draft.text}
    kinds = draft.of(ChipKind.kind)
    # An attempt to reach someone is a call.
    default_kind = InteractionType.call if draft.of(ChipKind.reached) else InteractionType.note
    data["type"] = draft.certain(ChipKind.kind) if kinds else default_kind
    _set_when(data, draft)
    for chip in draft.of(ChipKind.person):
        _put_person(proposal, chip)
    _put_organizations(proposal, draft)
    data["staff"] += [c.value for c in draft.of(ChipKind.staff) if c.value not in data["staff"]]
    data["place"] = draft.first(ChipKind.place)
    data |= {"minutes": draft.certain(ChipKind.contact), "prep": draft.certain(ChipKind.prep)}
    data["travel"] = draft.certain(ChipKind.travel)
    _put_page_record(data, lookup.page_record)
    _put_clients(actor, proposal, draft)
    data["subject"] = _subject(draft)
    data["follow_ups"] = [_step(actor, chip) for chip in draft.of(ChipKind.next_step)] or [step_row(actor)]
    complete(actor, proposal)
    proposal.their_zone = proposal.their_zone or draft.their_zone
    return proposal


def _step(actor: Actor, chip: SentenceChip) -> dict[str, Any]:
    """Return the form data of a follow-up; the due date of an open question stays empty."""
    row = step_row(actor, chip.value.title, chip.value.due) | {"side": chip.value.side}
    return row if chip.sure else row | {"due_on": None, "due_time": None}


def _set_when(data: dict[str, Any], draft: Draft) -> None:
    """Set the date as far as it is certain, today without one, and the time if it was written."""
    if not draft.of(ChipKind.when):
        data |= {"time": None} | ({"day": None} if draft.state is InteractionState.planned else {})
        return
    when: LocalMoment | None = draft.certain(ChipKind.when)
    if when is None:
        data |= {"day": None, "time": None}
        return
    data |= {"day": when.day, "zone": when.zone, "time": when.clock}


def _put_person(proposal: FormProposal, chip: SentenceChip) -> None:
    if isinstance(chip.value, HeadCount):
        proposal.data.setdefault("groups", []).append({"count": chip.value.number, "label": chip.value.label})
    elif chip.value is not None:
        # Wang Xiaoming 王小明: each spelling may be a chip.
        proposal.data["people"] += [chip.value] if chip.value not in proposal.data["people"] else []
    else:
        proposal.people.add(chip.label, [choice.value for choice in chip.choices])


def _put_organizations(proposal: FormProposal, draft: Draft) -> None:
    """Add organizations and shows; clients among them are rows of clients, unknown names are questions."""
    ids = []
    for chip in draft.of(ChipKind.organization):
        if chip.value is None:
            proposal.organizations.add(chip.label, [choice.value for choice in chip.choices])
        else:
            ids.append(chip.value)
    client_ids = [i for i, roles in load_roles(ids).items() if OrganizationRole.client in roles]
    proposal.data["organizations"] = [i for i in ids if i not in client_ids]
    proposal.data["clients"] = [{"client_id": i} for i in client_ids]
    shows = draft.of(ChipKind.show)
    proposal.data["about"] = [c.value for c in shows if c.value]
    proposal.about = [c.label for c in shows if c.value is None]


def _search_results(ids: Sequence[int]) -> list[SearchResult]:
    """Load records as search results of a picker, in this order."""
    columns: list[Any] = [Record.id, Record.kind, Record.label, Record.native_label, sa.false()]
    rows = {row.id: SearchResult(*row) for row in db.session.execute(sa.select(*columns).where(Record.id.in_(ids)))}
    return [rows[i] for i in ids if i in rows]


def _put_page_record(data: dict[str, Any], record: Record | None) -> None:
    """Add the record on whose page the sentence was typed."""
    if record is None:
        return
    if record.kind == "person" and record.id not in data["people"]:
        data["people"].insert(0, record.id)
    elif record.kind == "organization" and OrganizationRole.client in load_roles([record.id])[record.id]:
        data["clients"] = [{"client_id": record.id, "countable": True}]
    elif record.kind == "organization" and not data["people"]:
        data["organizations"] = list(dict.fromkeys([record.id, *data["organizations"]]))
    elif record.kind in ("project", "opportunity", "show") and record.id not in data["about"]:
        data["about"].append(record.id)


def _put_clients(actor: Actor, proposal: FormProposal, draft: Draft) -> None:
    """Add the named clients with the named funder (`#step`) or the last one; "for 3 firms" adds three empty rows."""
    funder_code = str(draft.first(ChipKind.funder) or "").casefold()
    funders = {f.code.casefold(): f.id for f in funders_on(clock.today(actor.zone))}
    chips = draft.of(ChipKind.client)
    ids = [c.value for c in chips if isinstance(c.value, int)]
    ids = ids or [row["client_id"] for row in proposal.data["clients"] if row.get("client_id")]
    proposal.clients = [c.label for c in chips if c.value is None]
    count = sum(c.value.number for c in chips if isinstance(c.value, HeadCount)) + len(proposal.clients)
    rows = [client_row(actor, i) for i in ids]
    rows += [client_row(actor) for _n in range(min(max(1 - len(rows), count), MAX_CLIENTS))]
    funder = {"funder_id": funders[funder_code]} if funder_code in funders else {}
    if funder_code and not funder:
        proposal.data["notes"] = ", ".join(filter(None, (proposal.data["notes"], f"#{draft.first(ChipKind.funder)}")))
    proposal.data["clients"] = [row | funder for row in rows]


def _subject(draft: Draft) -> str | None:
    needs = [chip.value for chip in draft.of(ChipKind.need)]
    if needs:
        return str(_("Needs %(item)s", item=", ".join(needs)))[:MAX_SUBJECT_CHARS]
    return None
