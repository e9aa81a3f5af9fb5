"""Stop email to an address when a report says that one of our emails to it failed for good."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.mail.outbox.bounces import stop_address
from crm.core.mail.outbox.models import Mail
from crm.inbox.delivery_reports import list_failed, list_original_ids
from crm.inbox.message import IncomingMail


def handle_report(mail: IncomingMail) -> tuple[int | None, str]:
    """Stop the failed addresses of a report; return the user and the address concerned, or (None, "").

    Only addresses to which we sent the reported email count: the report must name its Message-ID, which only the
    receiving side can know.
    """
    ids = list_original_ids(mail)
    stmt = sa.select(Mail.id, Mail.user_id, sa.func.lower(Mail.address)).where(Mail.message_id.in_(ids))
    sent = {address: (mail_id, user_id) for mail_id, user_id, address in db.session.execute(stmt)}
    stopped: tuple[int | None, str] = (None, "")
    for recipient in list_failed(mail):
        if recipient.address in sent:
            mail_id, user_id = sent[recipient.address]
            stop_address(db.session(), recipient.address, recipient.reason, mail_id)
            stopped = (user_id, recipient.address)
    return stopped
