"""Steps that reach people: gifts, emails to one or several people, check-ins of China reps, calendar invitations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from crm.checkins import services as check_ins
from crm.checkins.models import CheckIn
from crm.compliance.models import Gift
from crm.compliance.policy import GiftDirection, GiftKind, GiftState
from crm.compliance.queries import get_gift
from crm.compliance.services import decide_gift, save_gift, set_archived
from crm.core import clock
from crm.core.data.base import db
from crm.core.errors import Forbidden, NotFound
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.policy import Actor, can
from crm.feeds.queries.subjects import list_invitees, load_interaction, load_meeting
from crm.feeds.services import invite, refresh_invitation
from crm.interactions.models import Interaction
from crm.invitations.models import CalendarGuest
from crm.invitations.policy import GuestAnswer
from crm.invitations.queries import find_invitation
from crm.mailings.models import Mailing, MailingRecipient
from crm.mailings.recipients import EmailText
from crm.mailings.services import continue_mailing, send_to_one, start_mailing
from crm.mailings.services.logging import log_accepted
from crm.people.policy import ConsentKind
from tests.laws.graphs.create_actions import PAST
from tests.laws.graphs.database import GraphDatabase, action

Args = dict[str, Any]


def gift_values(world: GraphDatabase, actor: Actor, name: str, args: Args) -> Args:
    """Return the values of the gift form; the organization of a person's position is added by the service."""
    names = [args["person"], args["organization"], args["occasion"]]
    word = world.write(name, filter(None, names))
    return {
        "direction": GiftDirection.by_us if args["by_us"] else GiftDirection.to_us,
        "kind": GiftKind.meal,
        "given_on": PAST,
        "person_id": world.id(actor, args["person"]),
        "organization_id": world.id(actor, args["organization"]),
        "occasion_id": world.id(actor, args["occasion"]),
        "user_id": actor.id,
        "description": f"{word} dinner"[:200],
        "purpose": f"{word} visit"[:300],
        "amount": Decimal(400 if args["large"] else 20),
        "currency": "USD",
    }


@action("gift")
def add_gift(world: GraphDatabase, actor: Actor, name: str, args: Args) -> Gift:
    """Add a gift; it is visible to those who may see its person, its organization and its occasion."""
    return save_gift(actor, gift_values(world, actor, name, args))


@action("edit_gift")
def edit_gift(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Change a gift, its person and its occasion."""
    row = get_gift(actor, world.row_id(args["gift"]), "gift:edit")
    save_gift(actor, gift_values(world, actor, args["gift"], args), row)


@action("decide_gift")
def approve_gift(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Approve or reject a gift that waits for it; archive another one."""
    row = get_gift(actor, world.row_id(args["gift"]))
    if row.state is GiftState.needs_approval:
        decide_gift(actor, row, approved=args["approved"], note="Too expensive")
    elif not args["approved"]:
        set_archived(actor, row, archived=True)


@action("written_email")
def write_email(world: GraphDatabase, actor: Actor, name: str, args: Args) -> Mailing | Interaction:
    """Write to a person; the accepted email becomes an interaction, which then may become confidential."""
    person, word = world.get(actor, args["person"], "mailing:send"), world.words([name, args["person"]])
    text = EmailText(f"{word} samples", f"Dear {word},\n\nthe samples passed.")
    row = send_to_one(actor, person.id, text, language="en")
    interactions = _accept(row.id) if args["accepted"] else []
    return interactions[0] if interactions else row


@action("mailing")
def mailing(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> Mailing:
    """Write to several people; without `queued` the emails aren't in the outbox yet."""
    if not can(actor, "mailing:send"):
        raise Forbidden
    people = [world.get(actor, name, "mailing:send") for name in args["people"] if name in world.ids]
    for person in people:
        person.consent = ConsentKind.card
    text = EmailText("Samples for {organization}" if args["with_organization"] else "Samples", "Dear {salutation},\n")
    row = start_mailing(actor, [person.id for person in people], {"en": text}, title="Samples")
    if args["queued"]:
        continue_mailing(row.id)
        _accept(row.id)
    return row


def _accept(mailing_id: int) -> list[Interaction]:
    """Let the mail server accept the emails of a mailing, and log them as interactions, as the jobs do."""
    logged = []
    for row in db.session.scalars(sa.select(MailingRecipient).where(MailingRecipient.mailing_id == mailing_id)).all():
        if row.mail_id is not None:
            mail = db.session.get_one(Mail, row.mail_id)
            mail.state, mail.sent_at = MailState.sent, clock.now()
            db.session.flush()
            logged.append(log_accepted(row.id))
    return [row for row in logged if row is not None]


@action("check_in")
def send_check_in(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> CheckIn:
    """Turn on the check-ins of a China rep, and send the one of this month."""
    rep = world.get(actor, args["rep"], "representation:edit")
    check_ins.start_check_ins(actor, rep)
    is_sent = db.session.scalars(sa.select(CheckIn).where(CheckIn.representation_id == rep.id)).first() is not None
    row = None if is_sent else check_ins.send_check_in(rep.id)
    if row is None:
        raise NotFound
    return row


@action("check_in_answer")
def answer_check_in(world: GraphDatabase, actor: Actor, name: str, args: Args) -> CheckIn | Interaction:
    """Answer a check-in as the China rep does, and stop further ones; the logged answer is an interaction."""
    row = db.session.get_one(CheckIn, world.row_id(args["check_in"]))
    world.get(actor, world.name_of(row.representation_id), "representation:edit")
    names = world.names_of([row.representation_id, row.person_id])
    check_ins.save_answer(row, f"{world.words([name, *names])} answer")
    if args["stopped"]:
        check_ins.stop_by_rep(row)
    return check_ins.accept_answer(actor, row) if args["logged"] else row


@action("invite")
def invite_guests(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Invite everyone to a planned interaction or a meeting; the first guest perhaps declines."""
    if args["interaction"]:
        interaction = world.get(actor, args["interaction"])
        subject = load_interaction(actor, interaction.id, "interaction:edit")
    else:
        subject = load_meeting(actor, world.row_id(args["meeting"]))
    row = invite(actor, subject, list_invitees(actor, subject))
    if args["declined"]:
        guests = sa.select(CalendarGuest).where(CalendarGuest.invitation_id == row.id)
        guest = db.session.scalars(guests.order_by(CalendarGuest.address)).first()
        if guest is not None:
            guest.answer, guest.answered_at, guest.answered_sequence = GuestAnswer.declined, clock.now(), row.sequence


@action("update_invitation")
def update_invitation(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Email the changes of an appointment to its guests, as the job does."""
    subject = load_interaction(actor, world.get(actor, args["interaction"]).id)
    row = find_invitation(subject.key)
    if row is None:
        raise NotFound
    refresh_invitation(row)
