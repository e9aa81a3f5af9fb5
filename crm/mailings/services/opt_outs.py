"""Stop email to a person, by their link or on behalf of a user, and allow it again, also after a failed delivery."""

from __future__ import annotations

from crm.core.data.base import db
from crm.core.errors import Invalid
from crm.core.mail.outbox.bounces import resume_address
from crm.core.policy import Actor
from crm.core.words import _
from crm.mailings.models import MailingRecipient
from crm.people.models import Person
from crm.records.opt_outs import opt_in, opt_out
from crm.records.policy import ContactMedium
from crm.records.queries import points_of


def unsubscribe(recipient: MailingRecipient) -> None:
    """Stop email to the address of a recipient, who asked for it by a link; waiting emails to it are canceled."""
    opt_out([recipient.address])


def subscribe(recipient: MailingRecipient) -> None:
    """Undo it: allow email to the address again."""
    opt_in([recipient.address])


def stop_email(actor: Actor, person: Person) -> None:
    """Stop email to all addresses of a person who asked for it. Raises Invalid without an address."""
    opt_out(_addresses(person), actor.id)


def allow_email(actor: Actor, person: Person) -> None:
    """Allow email to all addresses of a person who asked for it. Raises Invalid without an address."""
    opt_in(_addresses(person), actor.id)


def resume_email(person: Person) -> None:
    """Allow email to addresses of a person to which an earlier one couldn't be delivered. Raises Invalid."""
    for address in _addresses(person):
        resume_address(db.session(), address)


def _addresses(person: Person) -> list[str]:
    points = points_of([person.id])[person.id]
    addresses = [point.value for point in points if point.medium is ContactMedium.email and point.value]
    if not addresses:
        raise Invalid(_("Add an email address on the person's page first."))
    return addresses
