"""Turn check-ins on and off, send them, take the answer, and log or dismiss it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from crm.core import clock
from crm.core.data.base import db
from crm.core.errors import Invalid
from crm.core.i18n import formats
from crm.core.mail.outbox.put import cancel_mails
from crm.core.policy import Actor
from crm.core.tokens import hash_token, new_token
from crm.core.words import _
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionOutcome, InteractionState, InteractionType
from crm.interactions.services import ClientMinutes, InteractionDetails, PartyValues, log_interaction
from crm.people.models import Person, Representation
from crm.people.policy import RepresentationStatus
from crm.people.position_dates import is_over
from crm.people.queries import find_email_refusals

from .mails import KIND, mail_check_in
from .models import CheckIn, CheckInPlan
from .policy import CheckInState, month_of
from .queries import FALLBACK_ZONE, find_email_address, list_plans


def start_check_ins(actor: Actor, rep: Representation) -> None:
    """Turn on the monthly check-ins of a China rep.

    Raises Invalid without a person or an address, when not active or past its end date, and for someone who gets no
    email.
    """
    if rep.status is not RepresentationStatus.active or rep.person_id is None:
        raise Invalid(_("Choose an active China rep who is a person. Organizations don't get check-ins."))
    today = clock.today(actor.zone)
    if rep.to_on is not None and is_over(rep.to_on, today):
        raise Invalid(_("Enter a later end date first. The agreement ended %(day)s.", day=formats.day(rep.to_on)))
    if not find_email_address(rep.person_id):
        raise Invalid(_("Add an email address on the person's page first."))
    refusal = find_email_refusals([rep.person_id]).get(rep.person_id)
    if refusal is not None:
        raise Invalid(_("No email can be sent: %(why)s.", why=refusal))
    plan = db.session.get(CheckInPlan, rep.id)
    if plan is None:
        db.session.add(CheckInPlan(representation_id=rep.id, started_on=today))
    elif plan.stopped_at is not None:
        plan.stopped_at, plan.started_on = None, today
    db.session.flush()


def stop_check_ins(rep: Representation) -> None:
    """Turn off the monthly check-ins of a China rep; an email that wasn't sent is canceled. Links stay valid."""
    plan = db.session.get(CheckInPlan, rep.id)
    if plan is not None:
        db.session.delete(plan)
        db.session.flush()
    cancel_mails(db.session(), record_ids=[rep.id], kind=KIND)


def stop_by_rep(row: CheckIn) -> None:
    """Stop all check-ins of the person who got one; emails that weren't sent are canceled. Twice changes nothing."""
    for plan in list_plans(row.person_id):
        if plan.stopped_at is None:
            plan.stopped_at = clock.now()
            db.session.flush()
            cancel_mails(db.session(), record_ids=[plan.representation_id], kind=KIND)


def undo_stop_by_rep(row: CheckIn) -> None:
    """Go on with the check-ins that the person stopped."""
    for plan in list_plans(row.person_id):
        plan.stopped_at = None
    db.session.flush()


def send_check_in(representation_id: int) -> CheckIn | None:
    """Send the check-in of this month to a China rep; None without an address, and for someone who gets no email."""
    rep = db.session.get_one(Representation, representation_id)
    person = db.session.get(Person, rep.person_id) if rep.person_id else None
    address = find_email_address(person.id) if person else ""
    if person is None or not address or find_email_refusals([person.id]):
        return None
    token = new_token()
    now = clock.now()
    row = CheckIn(representation_id=rep.id, person_id=person.id, token_hash=hash_token(token), sent_at=now)
    row.month, row.address = month_of(now, person.zone or FALLBACK_ZONE), address
    row.language, row.state = person.mail_language or ("zh" if person.country == "CN" else "en"), CheckInState.sent
    db.session.add(row)
    db.session.flush()
    mail_check_in(row, rep, person, token)
    return row


def save_answer(row: CheckIn, text: str) -> None:
    """Save the answer of a China rep; it can be corrected until a counselor logs or dismisses it."""
    row.answer, row.answered_at, row.state = text, clock.now(), CheckInState.answered
    db.session.flush()
    cancel_mails(db.session(), dedupe_prefix=f"{KIND}:{row.id}:")


def accept_answer(actor: Actor, row: CheckIn) -> Interaction:
    """Log the answer as an email of the person, for the client. Raises Invalid without an answer that waits."""
    _check_answered(row)
    rep = db.session.get_one(Representation, row.representation_id)
    person = db.session.get_one(Person, row.person_id)
    zone = person.zone or FALLBACK_ZONE
    wall = (row.answered_at or clock.now()).astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)
    values = {
        "type": InteractionType.email,
        "state": InteractionState.held,
        "reached": InteractionOutcome.talked,
        "wall": wall,
        "zone": zone,
    }
    values |= {"subject": _("Check-in of %(name)s", name=person.label or person.native_label), "notes": row.answer}
    details = InteractionDetails(
        parties=[PartyValues(person.id)], clients=[ClientMinutes(rep.client_id)], about=[rep.id]
    )
    interaction = log_interaction(actor, values, details)
    row.state, row.interaction_id = CheckInState.accepted, interaction.id
    db.session.flush()
    return interaction


def dismiss_answer(row: CheckIn) -> None:
    """Dismiss an answer that isn't worth logging. Raises Invalid without an answer that waits."""
    _check_answered(row)
    row.state = CheckInState.dismissed
    db.session.flush()


def _check_answered(row: CheckIn) -> None:
    if row.state is not CheckInState.answered:
        raise Invalid(_("Reload the page. This answer was already logged or dismissed, or hasn't arrived yet."))
