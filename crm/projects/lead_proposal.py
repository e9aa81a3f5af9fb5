"""Turn the email of a consulate into data of the lead form, and chips that say what was read. Nothing is saved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.forms.new_records import NewRecord, allowed_makers
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import Lazy, _, _l
from crm.interactions.lookup import NameLookup
from crm.interactions.mail_proposal import list_people_with_address
from crm.interactions.paste import PastedMail
from crm.interactions.signature import read_signature
from crm.names import organization_key
from crm.reference.models import Sector

from .lead_mail import LeadContact, LeadFacts, read_lead
from .models import Project
from .policy import ProjectRole

NAME_FIELDS = ("name", "native_name", "city", "country", "value", "currency", "bid_day", "bid_time")


class LeadChip(NamedTuple):
    """A fact that was read, and the field that has it; one that isn't `is_sure` needs a look."""

    label: Lazy
    text: str
    field: str
    is_sure: bool = True


@dataclass
class Party:
    """An organization or person of the email: the id, a new record, or a name that may mean several."""

    id: int | None = None
    new: NewRecord | None = None
    typed: str = ""

    def __bool__(self) -> bool:
        return bool(self.id or self.new or self.typed)

    def apply_to(self, picker: Any) -> None:
        """Choose it in a picker."""
        picker.data = self.id
        picker.new_records = [self.new] if self.new else []
        picker.typed = [self.typed] if self.typed else []


@dataclass
class LeadProposal:
    """The data of the form, the prime, the owner and a person at each, and the chips in the order of the form."""

    data: dict[str, Any]
    prime: Party = field(default_factory=Party)
    prime_contact: Party = field(default_factory=Party)
    owner: Party = field(default_factory=Party)
    owner_contact: Party = field(default_factory=Party)
    chips: list[LeadChip] = field(default_factory=list)

    def apply_to(self, form: Any) -> None:
        """Set the prime, the owner and the people there on the form."""
        self.prime.apply_to(form.prime_id)
        self.prime_contact.apply_to(form.prime_contact_id)
        row = form.parties[0].form
        row.role.data = ProjectRole.owner
        self.owner.apply_to(row.organization_id)
        self.owner_contact.apply_to(row.person_id)


def propose_lead(actor: Actor, mail: PastedMail) -> LeadProposal:
    """Build the data of the lead form from an email. Raises TimeLimitExceeded."""
    facts = read_lead(mail, clock.today(actor.zone))
    lookup = NameLookup(actor)
    values = {name: value for name in NAME_FIELDS if (value := getattr(facts, name))}
    values |= {"heard_on": _sent_on(actor, mail), "description": mail.body or mail.quoted or None}
    proposal = LeadProposal(values)
    proposal.chips += _plain_chips(facts)
    proposal.prime = _add_party(proposal, lookup, facts.prime, "organization.prime")
    proposal.owner = _add_party(proposal, lookup, facts.owner, "organization")
    if facts.contact and (proposal.prime or proposal.owner):
        _add_contact(actor, proposal, lookup, facts.contact)
    _add_sectors(proposal, facts)
    _add_needs(proposal, facts)
    _add_source(actor, proposal, mail, lookup)
    return proposal


def _sent_on(actor: Actor, mail: PastedMail) -> Any:
    sent = mail.sent_at
    if sent is None:
        return clock.today(actor.zone)
    return (sent.astimezone(ZoneInfo(actor.zone)) if sent.tzinfo else sent).date()


def _plain_chips(facts: LeadFacts) -> list[LeadChip]:
    title = " ".join(filter(None, (facts.name, facts.native_name)))
    place = ", ".join(filter(None, (facts.city, formats.country(facts.country or None))))
    deadline = formats.day_time(facts.bid_day, facts.bid_time) if facts.bid_day else ""
    value = formats.money(facts.value, facts.currency) if facts.value is not None else ""
    chips = [
        LeadChip(_l("Project"), title, "name" if facts.name else "native_name"),
        LeadChip(_l("Place"), place, "city" if facts.city else "country"),
        LeadChip(_l("Bid deadline"), deadline, "bid_day", is_sure=bool(facts.country)),
        LeadChip(_l("Value"), value, "value"),
    ]
    return [chip for chip in chips if chip.text]


def _add_party(proposal: LeadProposal, lookup: NameLookup, name: str, maker: str) -> Party:
    """Return the organization of a name, with its chip: the only one of this name, a new one, or an open question."""
    if not name:
        return Party()
    is_prime = maker == "organization.prime"
    label = _l("Prime contractor") if is_prime else _l("Project owner")
    place = "prime_id" if is_prime else "parties-0-organization_id"
    matches = lookup.organizations(name) or lookup.organizations(organization_key(name))
    if len(matches) == 1:
        proposal.chips.append(LeadChip(label, matches[0].label, place))
        return Party(id=matches[0].id)
    if matches or not allowed_makers([maker]):
        proposal.chips.append(LeadChip(label, _("%(name)s: which one?", name=name), place, is_sure=False))
        return Party(typed=name)
    new = NewRecord(maker, name)
    proposal.chips.append(LeadChip(label, new.label, place, is_sure=False))
    return Party(new=new)


def _add_contact(actor: Actor, proposal: LeadProposal, lookup: NameLookup, contact: LeadContact) -> None:
    """Propose the contact person at the party that the email names, else at the owner; title and phone are shown."""
    is_prime = bool(proposal.prime) and (contact.party == "prime" or not proposal.owner)
    label = _l("Person at the prime") if is_prime else _l("Person at the project owner")
    place = "prime_contact_id" if is_prime else "parties-0-person_id"
    by_address = list_people_with_address(actor, contact.email)
    ids = by_address or [match.id for match in lookup.people(contact.name)]
    person = Party(typed=contact.name)
    if len(ids) == 1:
        person = Party(id=ids[0])
    elif not ids and allowed_makers(["person"]):
        person = Party(new=NewRecord("person", f"{contact.name} <{contact.email}>" if contact.email else contact.name))
    if is_prime:
        proposal.prime_contact = person
    else:
        proposal.owner_contact = person
    text = ", ".join(filter(None, (contact.name, contact.title, contact.phone, contact.email)))
    proposal.chips.append(LeadChip(label, text, place, is_sure=len(by_address) == 1))


def _add_sectors(proposal: LeadProposal, facts: LeadFacts) -> None:
    stmt = sa.select(Sector.id, Sector.name).where(Sector.code.in_(facts.sectors), Sector.active).order_by(Sector.name)
    rows = list(db.session.execute(stmt)) if facts.sectors else []
    proposal.data["sectors"] = [sector_id for sector_id, _name in rows]
    if rows:
        proposal.chips.append(LeadChip(_l("Sectors"), ", ".join(name for _id, name in rows), "sectors"))


def _add_needs(proposal: LeadProposal, facts: LeadFacts) -> None:
    if facts.needs:
        proposal.data["needs"] = [{"title": need.title, "quantity": need.quantity} for need in facts.needs]
        text = ", ".join(" ".join(filter(None, (need.quantity, need.title))) for need in facts.needs)
        proposal.chips.append(LeadChip(_l("Needs"), text, "needs-0-title", is_sure=False))


def _add_source(actor: Actor, proposal: LeadProposal, mail: PastedMail, lookup: NameLookup) -> None:
    """Propose the sender as the source, else the post of the signature; the sender is also the source details."""
    sender = f"{mail.from_name} <{mail.from_address}>" if mail.from_address else mail.from_name
    if not sender.strip():
        return
    limit = Project.source_note.type.length
    proposal.data["source_note"] = _("Email from %(sender)s", sender=sender)[:limit]
    people = list_people_with_address(actor, mail.from_address) or [p.id for p in lookup.people(mail.from_name)]
    organization = read_signature(mail.body, mail.from_name).organization
    ids = people if len(people) == 1 else [match.id for match in lookup.organizations(organization)]
    source = db.session.get_one(Record, ids[0]) if len(ids) == 1 else None
    proposal.data["source_id"] = source.id if source else None
    text = (source.label or source.native_label) if source else sender
    proposal.chips.append(LeadChip(_l("Source"), text, "source_id", is_sure=source is not None))
