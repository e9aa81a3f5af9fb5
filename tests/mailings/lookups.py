"""Helpers of the tests of emails to people."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.mail.outbox.models import Mail
from crm.mailings.models import Mailing, MailingRecipient
from crm.mailings.queries import load_texts
from crm.mailings.recipients import EmailText
from crm.mailings.services import start_mailing

HELLO = EmailText("Samples", "Dear {salutation},\n\nThe samples passed.")


def mails(session) -> list[Mail]:
    stmt = sa.select(Mail).where(Mail.kind == "mailing").options(sa.orm.undefer("*")).order_by(Mail.id)
    return list(session.scalars(stmt.execution_options(populate_existing=True)))


def recipients(session) -> list[MailingRecipient]:
    stmt = sa.select(MailingRecipient).order_by(MailingRecipient.id)
    return list(session.scalars(stmt.execution_options(populate_existing=True)))


def start(anna, template, *people) -> Mailing:
    ids = [row.id for row in people]
    return start_mailing(anna, ids, load_texts(template.id), title=template.name, template_id=template.id)
