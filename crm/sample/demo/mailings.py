"""Two email templates of the demo, and a mail merge that Anna sent three days ago. Its emails are real ones."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import Team, User, actor_of
from crm.core.data.record import Record
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.policy import Actor
from crm.mailings.models import EmailTemplate, MailingRecipient
from crm.mailings.policy import RecipientState
from crm.mailings.queries import load_texts
from crm.mailings.recipients import EmailText
from crm.mailings.services import continue_mailing, log_accepted, save_template, start_mailing

RECIPIENTS = ("Zhou Limin", "Daniel Whitcombe", "Tian Siyan", "Lu Min")
LOGGED = 3
"""How many of them get the email, and so an interaction each; Lu Min has no address."""
POSTAL_ADDRESS = "Inland Trade Center\n3780 Market Street, Suite 200\nRiverside, CA 92501"
INVITATION = {
    "en": EmailText(
        "Water technology day in Suzhou",
        "Dear {salutation},\n\n"
        "In January four California companies show sensors and filters in Suzhou. We would be glad to welcome you and "
        "colleagues of {organization}.\n\n"
        "May I send you the program?\n\n"
        "Best regards\n{sender_name}\n{center}",
    ),
    "zh_Hans": EmailText(
        "苏州水技术交流日",
        "{salutation}，您好：\n\n"
        "明年一月，四家加州企业将在苏州展示传感器和过滤设备。诚邀您和{organization}的同事参加。\n\n"
        "是否方便把日程发给您？\n\n"
        "此致\n{sender_name}\n{center}",
    ),
}
THANKS = {
    "en": EmailText(
        "Thank you for your time",
        "Dear {salutation},\n\nThank you for your time today. I'll send what we discussed by Friday.\n\n{sender_name}",
    ),
    "zh_Hans": EmailText(
        "感谢您今天的时间",
        "{salutation}，您好：\n\n感谢您今天抽出时间。我们谈到的资料，周五之前发给您。\n\n{sender_name}",
    ),
}


def send_first_mailing() -> None:
    """Add the postal address, the templates and the mailing, as if no mail server were configured three days ago."""
    anna = db.session.scalars(sa.select(User).where(User.email == "anna@demo.example")).one()
    team = db.session.scalars(sa.select(Team).where(Team.name == "Inland")).one()
    team.postal_address = POSTAL_ADDRESS
    actor = actor_of(anna, [team.id])
    with clock.frozen(clock.now() - timedelta(days=3)):
        save_template(actor, EmailTemplate(), {"name": "Thank you", "is_shared": False}, THANKS)
        template = save_template(
            actor, EmailTemplate(), {"name": "Water technology day", "is_shared": True}, INVITATION
        )
        _send(actor, template)


def _send(actor: Actor, template: EmailTemplate) -> None:
    stmt = sa.select(sa.func.min(Record.id)).where(Record.kind == "person", Record.label.in_(RECIPIENTS))
    ids = list(db.session.scalars(stmt.group_by(Record.label).order_by(sa.func.min(Record.id))))
    mailing = start_mailing(actor, ids, load_texts(template.id), title=template.name, template_id=template.id)
    continue_mailing(mailing.id)
    queued = sa.select(MailingRecipient).where(MailingRecipient.state == RecipientState.queued)
    for row in db.session.scalars(queued).all():
        mail = db.session.get_one(Mail, row.mail_id)
        mail.state, mail.sent_at = MailState.display_only, clock.now()
        db.session.flush()
        log_accepted(row.id)
