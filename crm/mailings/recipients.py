"""Who gets an email, at which address, in which language and with which values; or why they get none.

The same number of statements for one person and for hundreds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from flask import current_app

from crm.core.data.base import db
from crm.core.data.centers import name_center
from crm.core.data.identity import Team, User
from crm.core.data.record import Record, visible
from crm.core.errors import Invalid
from crm.core.mail.messages import mailbox
from crm.core.mail.outbox.bounces import list_bounces
from crm.core.policy import Actor
from crm.core.words import ngettext
from crm.people.models import Affiliation, Person
from crm.people.queries import has_public_contact_details, may_see_contact_details
from crm.people.salutations import choose_language, choose_salutation
from crm.records.opt_outs import find_opt_outs
from crm.records.policy import ContactMedium
from crm.records.queries import points_of

from .fields import find_fields
from .policy import ExclusionReason, RecipientFacts, choose_text, find_reason, has_blank


@dataclass(frozen=True)
class EmailText:
    """A subject and a text with fields."""

    subject: str
    body: str

    @property
    def fields(self) -> list[str]:
        """The fields that it uses."""
        return find_fields(f"{self.subject}\n{self.body}")


@dataclass(frozen=True)
class Sender:
    """Who writes, for which team."""

    user: User
    team: Team

    @property
    def center(self) -> str:
        """The name of the center."""
        return name_center(self.team)

    @property
    def postal_address(self) -> str:
        """The postal address on one line; "" if none is set."""
        lines = (self.team.postal_address or "").splitlines()
        return ", ".join(line.strip(" ,") for line in lines if line.strip())

    def values_in(self, language: str) -> dict[str, str]:
        """Return the sender's fields in a language."""
        native = self.user.native_name if language.startswith("zh") else ""
        return {"sender_name": native or self.user.name, "sender_email": self.user.email, "center": self.center}


@dataclass(frozen=True)
class MailCandidate:
    """A person who was chosen; with a `reason` they get no email. `detail` names the blank field."""

    person_id: int
    label: str
    native_label: str
    confidential: bool
    addresses: tuple[str, ...]
    address: str
    language: str
    country: str | None
    zone: str | None
    reason: ExclusionReason | None
    values: Mapping[str, str]
    text: EmailText | None = None
    detail: str = ""


def check_size(ids: Sequence[int]) -> None:
    """Raise Invalid for more people than one mailing may have."""
    most = int(current_app.config["CRM_MAILING_SIZE"])
    if len(ids) > most:
        raise Invalid(ngettext("Select at most %(num)s person.", "Select at most %(num)s people.", most))


def load_candidates(
    actor: Actor,
    sender: Sender,
    ids: Sequence[int],
    texts: Mapping[str, EmailText],
    *,
    is_bulk: bool,
    used: Collection[str] = (),
) -> list[MailCandidate]:
    """Return these people in this order, as far as the actor may see them.

    An address gets one email; `used` are those, in lower case, that have it already.
    """
    rows = _load_people(actor, ids)
    addresses = _load_addresses(actor, rows.values(), is_bulk=is_bulk)
    all_addresses = [address for of_person in addresses.values() for address in of_person]
    opted_out = find_opt_outs(all_addresses)
    bounced = set(list_bounces(all_addresses)) if all_addresses else set()
    organizations = _load_organizations(actor, rows)
    candidates = []
    for row in (rows[i] for i in ids if i in rows):
        usable = tuple(x for x in addresses[row.id] if x.lower() not in bounced)
        facts = RecipientFacts(
            consent=row.consent,
            country=row.country,
            archived=row.archived_at is not None,
            confidential=row.confidential,
            has_address=bool(addresses[row.id]),
            opted_out=any(x.lower() in opted_out for x in addresses[row.id]),
            bounced=not usable,
        )
        candidate = _build(row, usable, find_reason(facts, is_bulk=is_bulk))
        candidates.append(_with_text(candidate, row, sender, texts, organizations.get(row.id, ("", ""))))
    return _without_repeated_addresses(candidates, set(used))


def find_bounces(actor: Actor, person: Person) -> dict[str, str]:
    """Return by address of a person, as far as the actor may see it, why email to it stopped."""
    addresses = _load_addresses(actor, [person], is_bulk=False)[person.id]
    return list_bounces(addresses) if addresses else {}


def _load_people(actor: Actor, ids: Collection[int]) -> dict[int, Person]:
    stmt = sa.select(Person).where(Person.id.in_(ids), Person.merged_into_id.is_(None), visible(actor, Person))
    return {row.id: row for row in db.session.scalars(stmt)}


def _load_addresses(actor: Actor, people: Collection[Person], *, is_bulk: bool) -> dict[int, list[str]]:
    """Return the email addresses of people, as far as the actor may see them; of many as an export does."""
    ids = [row.id for row in people]
    if is_bulk:
        stmt = sa.select(Person.id).where(Person.id.in_(ids), has_public_contact_details())
        readable = set(db.session.scalars(stmt))
    else:
        readable = {row.id for row in people if may_see_contact_details(actor, row)}
    points = points_of(sorted(readable))
    return {
        i: [p.value for p in points.get(i, ()) if p.medium is ContactMedium.email and _is_mailbox(p.value)] for i in ids
    }


def _is_mailbox(address: str) -> bool:
    try:
        return bool(mailbox(address))
    except Invalid:
        return False


def _load_organizations(actor: Actor, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return the name and native name of the primary organization; a confidential one isn't named in emails."""
    organization = sa.orm.aliased(Record, name="workplace")
    stmt = (
        sa.select(Affiliation.person_id, organization.label, organization.native_label)
        .join(organization, organization.id == Affiliation.organization_id)
        .where(Affiliation.person_id.in_(list(ids)), Affiliation.to_on.is_(None))
        .where(visible(actor, organization), sa.not_(organization.confidential))
        .order_by(Affiliation.main, Affiliation.id)
    )
    return {person_id: (label, native) for person_id, label, native in db.session.execute(stmt)}


def _build(row: Person, usable: tuple[str, ...], reason: ExclusionReason | None) -> MailCandidate:
    return MailCandidate(
        person_id=row.id,
        label=row.label or row.native_label,
        native_label=row.native_label,
        confidential=row.confidential,
        addresses=usable,
        address=usable[0] if usable else "",
        language=choose_language(row.mail_language, row.country, row.native_label),
        country=row.country,
        zone=row.zone,
        reason=reason,
        values={},
    )


def _with_text(
    candidate: MailCandidate,
    row: Person,
    sender: Sender,
    texts: Mapping[str, EmailText],
    organization: tuple[str, str],
) -> MailCandidate:
    """Choose the language among the texts, and add the values; a missing text or value is a reason."""
    language = choose_text(texts, candidate.language) if texts else candidate.language
    if language is None:
        return replace(candidate, reason=candidate.reason or ExclusionReason.no_text)
    values = _values_of(row, organization, language) | sender.values_in(language)
    candidate = replace(candidate, language=language, values=values, text=texts.get(language))
    blank = has_blank(values, candidate.text.fields) if candidate.text else ""
    if blank and candidate.reason is None:
        return replace(candidate, reason=ExclusionReason.blank_field, detail=blank)
    return candidate


def _values_of(row: Person, organization: tuple[str, str], language: str) -> dict[str, str]:
    in_chinese = language.startswith("zh")
    name, native_name = row.label, row.native_label
    first_name = row.given_native if in_chinese else (row.english_name or row.given_latin)
    label, native = organization
    return {
        "first_name": first_name or (native_name if in_chinese else name) or name or native_name,
        "name": (native_name or name) if in_chinese else (name or native_name),
        "salutation": choose_salutation(row.address_as, name, native_name, language),
        "organization": (native or label) if in_chinese else (label or native),
    }


def _without_repeated_addresses(candidates: Sequence[MailCandidate], used: set[str]) -> list[MailCandidate]:
    result = []
    for candidate in candidates:
        address = candidate.address.lower()
        if candidate.reason is None and address in used:
            result.append(replace(candidate, reason=ExclusionReason.same_address))
            continue
        if candidate.reason is None:
            used.add(address)
        result.append(candidate)
    return result
