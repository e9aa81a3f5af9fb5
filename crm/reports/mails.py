"""The email with the reports that a user gets every week or month: answers and figures, without names of records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import current_app, url_for
from flask_babel import force_locale
from sqlalchemy.orm import Session

from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.i18n.formats import as_read_by
from crm.core.mail.messages import render_mail
from crm.core.mail.outbox.claim import ClaimedMail
from crm.core.mail.outbox.kinds import MailKind, declare_mail_kind
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.put import put_mail
from crm.core.policy import Actor
from crm.core.words import _l

from .dashboard import MAX_TILES, build_cards, is_worth_sending
from .policy import EmailInterval, find_reported_day


def _still_active(session: Session, mail: ClaimedMail) -> bool:
    user = session.get(User, mail.user_id) if mail.user_id else None
    return user is not None and user.active


declare_mail_kind(
    MailKind("reports", _l("Reports"), still_wanted=_still_active, opens=lambda _mail: "/reports/dashboard")
)


def mail_reports(
    user: User, actor: Actor, interval: EmailInterval, names: Sequence[str], occurrence: date, due_at: datetime
) -> Mail | None:
    """Email reports to a user; None if none of them counts anything, or if this email exists."""
    with current_app.test_request_context(), force_locale(user.language), as_read_by(actor):
        facts = build_facts(actor, interval, names, find_reported_day(interval, occurrence))
        rendered = render_mail("reports", user.language, **facts) if facts else None
    if rendered is None:
        return None
    key = f"reports:{interval.value}:{user.id}:{occurrence.isoformat()}"
    mail = put_mail("reports", rendered, to=user, dedupe_key=key, was_due_at=due_at)
    db.session.flush()
    return mail


def build_facts(
    actor: Actor, interval: EmailInterval, names: Sequence[str], day: date | None = None
) -> dict[str, Any] | None:
    """Return the values for the templates, with periods as `build_cards`.

    None when no report counts anything, and none that can't be shown is the reader's own.
    """
    cards = [card for card in build_cards(actor, names, day) if is_worth_sending(card.report)]
    if all(card.report.is_broken and not card.is_own for card in cards):
        return None
    return {
        "interval": str(interval),
        "reports": [
            {
                "title": str(card.definition.title),
                "period": card.period,
                "answer": card.report.mail_answer or card.report.answer,
                "figures": [(tile.label, tile.value) for tile in card.report.tiles[:MAX_TILES]],
                "path": card.url,
            }
            for card in cards
        ],
        "settings_path": url_for("reports.dashboard_edit", _external=False),
    }
