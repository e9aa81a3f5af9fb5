"""Mails of accounts: the invitation and the link to a new password, which carry a secret; alerts to administrators."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.db import new_uid
from crm.core.formats import as_read_by
from crm.core.identity import User, actor_of
from crm.core.messages import Rendered, compose, link_to, render_mail
from crm.core.outbox.claim import Claimed
from crm.core.outbox.kinds import mail_kind
from crm.core.outbox.put import put_mail
from crm.core.words import _l

from .links import Purpose, link_for
from .policy import INVITED_WITHIN, RESET_WITHIN

if TYPE_CHECKING:
    from .export_alerts import Alert


def _still_active(session: Session, mail: Claimed) -> bool:
    """Not to somebody who was disabled in the meantime."""
    return bool(session.scalar(sa.select(User.active).where(User.id == mail.user_id)))


@mail_kind("invitation", _l("Invitation"), still_wanted=_still_active)
def mail_invitation(user: User, by: str) -> str:
    """Invite a user by mail; gives the link, for whoever invites from the shell."""
    link = link_for(Purpose.invitation, user)
    made = render_mail("invitation", user.language, user=user, by=by, link=link, days=INVITED_WITHIN.days)
    put_mail("invitation", to=user, dedupe_key=f"invitation/{user.id}/{new_uid()}", secret=True, **made._asdict())
    return link


@mail_kind("password_reset", _l("New password"), still_wanted=_still_active)
def mail_reset(user: User) -> None:
    """Send the link to a new password."""
    made = _reset(user)
    key = f"password_reset/{user.id}/{new_uid()}"
    put_mail("password_reset", to=user, dedupe_key=key, secret=True, **made._asdict())


def mail_nobody() -> None:
    """Do the work of `mail_reset` for nobody, so that the time of the answer does not tell who has an account."""
    made = _reset(User(email="nobody@example.org", name="Nobody", fs_uniquifier=new_uid(), language="en"))
    sender = current_app.config["CRM_MAIL_FROM"]
    compose(sender=sender, to="nobody@example.org", name="", date=clock.now(), **made._asdict())


@mail_kind("export_alert", _l("Large export"), still_wanted=_still_active)
def mail_export_alert(admin: User, alert: Alert, now: datetime) -> None:
    """Tell an administrator that a person exported unusually much; at most once a day for each person."""
    link = link_to(f"/security-log/?user={alert.user_id}&kind=exported")
    with as_read_by(actor_of(admin, [])):
        made = render_mail("export_alert", admin.language, alert=alert, link=link)
    key = f"export_alert/{admin.id}/{alert.user_id}/{now.date()}"
    put_mail("export_alert", to=admin, dedupe_key=key, **made._asdict())


def _reset(user: User) -> Rendered:
    hours = int(RESET_WITHIN.total_seconds() // 3600)
    return render_mail("password_reset", user.language, user=user, link=link_for(Purpose.reset, user), hours=hours)
