"""Addresses to which nothing is sent after a bounce."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.bounces import list_bounces, resume_address, stop_address
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.mail.outbox.put import put_mail


def test_address_is_stopped_once_with_what_waits_for_it_and_resumed(session, people):
    for number, state in enumerate((MailState.pending, MailState.retry, MailState.sent)):
        mail = put_mail("checkin", RenderedMail("x", "x", "x"), to="Zhou@Example.cn", dedupe_key=f"k{number}")
        mail.state = state
    other = put_mail("checkin", RenderedMail("x", "x", "x"), to="wei@example.cn", dedupe_key="other")
    session.flush()
    for why in ("550 no such user", "550 mailbox full"):
        stop_address(db.session(), " ZHOU@example.cn ", why, mail.id)
    session.expire_all()
    states = dict(map(tuple, session.execute(sa.select(Mail.dedupe_key, Mail.state))))
    assert states == {
        "k0": MailState.dead,
        "k1": MailState.dead,
        "k2": MailState.sent,
        "other": MailState.pending,
    }
    assert list_bounces(["zhou@example.cn", other.address]) == {"zhou@example.cn": "550 no such user"}
    assert [resume_address(db.session(), "Zhou@example.cn") for _time in range(2)] == [True, False]
    assert list_bounces(["zhou@example.cn"]) == {}
