"""The people selected for a mailing (in lists or as participants of an event), and what the mailing would be."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import url_for
from werkzeug.datastructures import MultiDict

from crm.bulk.queries import find_listing, list_selected
from crm.core.lists import ListState, parse
from crm.core.policy import Actor
from crm.core.words import _
from crm.people.queries import find_contacts
from crm.shows.models import Show
from crm.shows.policy import Attendance
from crm.shows.queries import load_participant_rows

from .policy import lacks_advertising_mark
from .recipients import EmailText, MailCandidate, Sender, check_size, load_candidates

OWN_PARAMS = ("template", "position", "uid", "on_workday")


@dataclass(frozen=True)
class PeopleSelection:
    """The selected people; `without_contact` counts the organizations at which nobody is to write to.

    `return_url` leads back to where they were selected, without the selection; `title` names that page. `params` are
    the parameters that select them in the URL.
    """

    ids: Sequence[int]
    return_url: str
    title: str
    without_contact: int = 0
    params: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class MailMerge:
    """A mailing before it is sent: who gets it, and who is left out and why."""

    included: Sequence[MailCandidate]
    excluded: Sequence[MailCandidate]
    digest: str

    @property
    def unmarked_count(self) -> int:
        """How many emails to people in China aren't marked as advertising in their subject."""
        return sum(lacks_advertising_mark(row.country, row.text.subject) for row in self.included if row.text)


def read_people(actor: Actor, args: MultiDict[str, str]) -> PeopleSelection:
    """Return the people that a URL selects in their list. Raises Invalid for too many, BadRequest."""
    state, ids = _read_list(actor, "people", args)
    return PeopleSelection(ids, replace(state, ids=()).url(), _("People"), params=_list_params(args))


def read_organizations(actor: Actor, args: MultiDict[str, str]) -> PeopleSelection:
    """Return a contact of each organization that a URL selects. Raises Invalid for too many, BadRequest."""
    state, ids = _read_list(actor, "organizations", args)
    people = _with_contacts(actor, [(i, "organization") for i in ids])
    url, params = replace(state, ids=()).url(), _list_params(args)
    return replace(people, return_url=url, title=_("Organizations"), params=params)


def read_participants(actor: Actor, show: Show, attendance: Attendance | None) -> PeopleSelection:
    """Return the people who take part in a show, and a contact of each client, of one status or of all.

    Raises Invalid for too many.
    """
    rows = [row for row in load_participant_rows(actor, show.id) if attendance in (None, row.attendance)]
    people = _with_contacts(actor, [(row.record_id, row.kind) for row in rows if row.record_id is not None])
    params = [("status", attendance.value)] if attendance else []
    return replace(people, return_url=url_for("desk.show", id=show.id), title=show.label, params=params)


def _read_list(actor: Actor, name: str, args: MultiDict[str, str]) -> tuple[ListState, Sequence[int]]:
    params = MultiDict(_list_params(args))
    state = parse(find_listing(name), params, actor)
    ids = list_selected(actor, state, is_all=bool(params.get("all")))
    check_size(ids)
    return state, ids


def _list_params(args: MultiDict[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in args.items(multi=True) if name not in OWN_PARAMS]


def _with_contacts(actor: Actor, records: Sequence[tuple[int, str]]) -> PeopleSelection:
    """Return people with a contact of each organization among these ids and kinds of records, in their order."""
    organization_ids = [i for i, kind in records if kind != "person"]
    contacts = find_contacts(actor, organization_ids) if organization_ids else {}
    ids = [i if kind == "person" else contacts.get(i, 0) for i, kind in records]
    people = list(dict.fromkeys(i for i in ids if i))
    check_size(people)
    return PeopleSelection(people, "", "", without_contact=ids.count(0))


def build_merge(actor: Actor, sender: Sender, ids: Sequence[int], texts: Mapping[str, EmailText]) -> MailMerge:
    """Return what a mailing with these texts to these people would be; its digest changes with any of it."""
    candidates = load_candidates(actor, sender, ids, texts, is_bulk=True)
    included = [candidate for candidate in candidates if candidate.reason is None]
    excluded = [candidate for candidate in candidates if candidate.reason is not None]
    content = repr((sorted(texts.items(), key=lambda item: item[0]), [(c.person_id, c.address) for c in included]))
    return MailMerge(included, excluded, hashlib.sha256(content.encode()).hexdigest())
