"""What a user decides about an email that waits: log it, discard it, or assign an unassigned one to themselves."""

from __future__ import annotations

from crm.core.data.base import db
from crm.core.policy import Actor
from crm.inbox.message import read_message
from crm.inbox.models import InboxMessage
from crm.inbox.policy import InboxOutcome
from crm.inbox.queries import load_waiting
from crm.interactions.models import Interaction

from .filing import attach_files


def link_interaction(actor: Actor, message_id: int, row: Interaction) -> None:
    """Note that an email was logged as an interaction, and attach its files. Raises NotFound."""
    message = load_waiting(actor, message_id, lock=True)
    mail = read_message(message.mime or b"")
    if mail is not None:
        attach_files(actor, row, mail.files)
    message.record_id = row.id
    _close(actor, message, InboxOutcome.filed)


def discard(actor: Actor, message_id: int) -> None:
    """Close an email without logging it; it stays in the mailbox. Raises NotFound."""
    _close(actor, load_waiting(actor, message_id, lock=True), InboxOutcome.discarded)


def assign_to_actor(actor: Actor, message_id: int) -> None:
    """Assign an unassigned email to the actor. Raises NotFound."""
    load_waiting(actor, message_id, lock=True).user_id = actor.id
    db.session.flush()


def _close(actor: Actor, message: InboxMessage, outcome: InboxOutcome) -> None:
    """End the wait, and delete the stored bytes."""
    message.outcome, message.mime, message.files = outcome, None, None
    message.user_id = message.user_id or actor.id
    db.session.flush()
