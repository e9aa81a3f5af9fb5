"""The email that asks a client about results."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Session

from crm.core.data.base import db
from crm.core.data.centers import find_center
from crm.core.data.identity import User
from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.i18n.outside_texts import find_texts
from crm.core.mail.messages import RenderedMail, link_to, render_mail
from crm.core.mail.outbox.claim import ClaimedMail
from crm.core.mail.outbox.kinds import MailKind, declare_mail_kind
from crm.core.mail.outbox.policy import Audience
from crm.core.mail.outbox.put import put_mail
from crm.core.words import _l
from crm.records.opt_outs import is_opted_out

from .client_texts import TEXTS, ClientTexts
from .models import ImpactSurvey
from .policy import LINK_DAYS, SurveyState, last_day_of_link
from .queries.recipients import find_survey_refusals
from .queries.surveys import load_client_names

KIND = "impact_survey"
KEY_CHARS = 12
"""How much of the hash of a link is in the key of its email: a new link is a new email."""


def describe_period(survey: ImpactSurvey, texts: ClientTexts | None = None) -> str:
    """Return the days that a survey is about, in the language of `texts`, by default that of the survey."""
    with force_locale((texts or find_texts(TEXTS, survey.language)).code):
        return formats.day_range(survey.period_from, survey.period_to)


def mail_key(survey_id: int, token_hash: str) -> str:
    """Return the key of the email with a survey's current link."""
    return f"impact_survey/{survey_id}/{token_hash[:KEY_CHARS]}"


def _still_wanted(session: Session, mail: ClaimedMail) -> bool:
    """Return whether the email's link is still the survey's, and unanswered, and the recipient still gets surveys."""
    survey_id, prefix = mail.dedupe_key.split("/")[1:]
    survey = ImpactSurvey.__table__.c
    stmt = sa.select(survey.token_hash, survey.state, survey.client_id, survey.person_id).where(
        survey.id == int(survey_id)
    )
    row = session.execute(stmt).one_or_none()
    if row is None or row.state is not SurveyState.sent or not row.token_hash.startswith(prefix):
        return False
    if is_opted_out(session, mail.address):
        return False
    return row.person_id is None or not find_survey_refusals([(row.client_id, row.person_id)])


declare_mail_kind(
    MailKind(
        KIND,
        _l("Impact survey"),
        Audience.outside,
        still_wanted=_still_wanted,
        secret_for=timedelta(days=LINK_DAYS),
        survives_undo=True,
    )
)


def mail_survey(survey: ImpactSurvey, token: str, *, name: str, host: Record, note: str = "") -> None:
    """Email a survey with its link at its `sent_at`; replies go to the counselor of `host`.

    `host` is the opportunity or the client that it is about, `name` the recipient, `note` a personal line.
    """
    rendered = render_survey(survey, token, name=name, host=host, note=note)
    put_mail(
        KIND,
        rendered._replace(reply_to=_reply_address(host)),
        to=survey.address,
        name=name,
        dedupe_key=mail_key(survey.id, survey.token_hash),
        record=host,
        next_at=survey.sent_at,
    )


def render_survey(survey: ImpactSurvey, token: str, *, name: str, host: Record, note: str) -> RenderedMail:
    """Return the email of a survey in the center's name."""
    texts = find_texts(TEXTS, survey.language)
    center = find_center(host.team_id)
    with force_locale(texts.code):
        expires_on = formats.day(last_day_of_link(survey.expires_at), full=True)
    values = {
        "center": center,
        "name": name,
        "client": load_client_names([survey.client_id])[survey.client_id],
        "period": describe_period(survey),
        "day": expires_on,
    }
    path = current_app.url_map.bind("localhost").build("impact.answer", {"token": token})
    return render_mail(KIND, texts.code, center=center, texts=texts, values=values, note=note, link=link_to(path))


def _reply_address(host: Record) -> str:
    stmt = sa.select(User.email).where(User.id == host.counselor_id, User.active)
    return (db.session.scalar(stmt) or "") if host.counselor_id else ""
