"""Log an email as an interaction once the mail server accepted it."""

from __future__ import annotations

import uuid
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.core.data.identity import User
from crm.core.mail.outbox.models import Mail
from crm.core.policy import SYSTEM
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionOutcome, InteractionState, InteractionType
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.mailings.models import Mailing, MailingRecipient
from crm.mailings.policy import RecipientState
from crm.mailings.queries import load_mailing_actor

NAMESPACE = uuid.UUID("6f0a4a51-2f0e-4d0c-9d5c-6f1f9f6d7a11")


def log_accepted(recipient_id: int) -> Interaction | None:
    """Log the accepted email to a recipient as a one-way interaction of the sender; None if that was done.

    The identifier of the interaction follows from the recipient, so that the database refuses a second one.
    """
    stmt = sa.select(MailingRecipient).where(
        MailingRecipient.id == recipient_id, MailingRecipient.state == RecipientState.queued
    )
    row: MailingRecipient | None = db.session.scalar(stmt.with_for_update(skip_locked=True))
    if row is None or row.mail_id is None:
        return None
    mailing, mail = db.session.get_one(Mailing, row.mailing_id), db.session.get_one(Mail, row.mail_id)
    user = db.session.get_one(User, mailing.user_id)
    act_as(db.session(), load_mailing_actor(mailing), ChangeSource.job)
    wall = (mail.sent_at or mail.date).astimezone(ZoneInfo(user.zone)).replace(tzinfo=None, second=0, microsecond=0)
    values = {
        "type": InteractionType.email,
        "state": InteractionState.held,
        "reached": InteractionOutcome.one_way,
        "wall": wall,
    }
    values |= {"zone": user.zone, "subject": mail.subject[:200], "notes": _text_of(mail, has_foot=mailing.is_bulk)}
    values |= {"team_id": mailing.team_id, "counselor_id": user.id}
    details = InteractionDetails(parties=[PartyValues(row.person_id)], staff_ids=[user.id], clients=[], about=[])
    interaction = log_interaction(SYSTEM, values, details, uid=str(uuid.uuid5(NAMESPACE, f"recipient {row.id}")))
    row.interaction_id, row.state = interaction.id, RecipientState.logged
    db.session.flush()
    return interaction


def _text_of(mail: Mail, *, has_foot: bool) -> str:
    """Return the text of an email without its foot."""
    text = db.session.scalar(sa.select(Mail.text).where(Mail.id == mail.id)) or ""
    return (text.rpartition("\n\n--\n")[0] if has_foot else text).strip()
