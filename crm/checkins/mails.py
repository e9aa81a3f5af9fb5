"""The monthly email to a China rep."""

from __future__ import annotations

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
from crm.core.mail.messages import MailHeaders, link_to, render_mail
from crm.core.mail.outbox.claim import ClaimedMail
from crm.core.mail.outbox.kinds import MailKind, declare_mail_kind
from crm.core.mail.outbox.policy import Audience
from crm.core.mail.outbox.put import put_mail
from crm.core.words import _l
from crm.impact.policy import last_day_of_link
from crm.people.models import Person, Representation
from crm.people.policy import RepresentationStatus
from crm.people.queries import find_email_refusals
from crm.people.salutations import choose_salutation
from crm.records.opt_outs import is_opted_out

from .models import CheckIn, CheckInPlan
from .policy import LINK_LIFETIME, CheckInState
from .rep_texts import TEXTS

KIND = "checkin"


def _still_wanted(session: Session, mail: ClaimedMail) -> bool:
    """Return whether the check-in has no answer yet, wasn't turned off, and the rep is active and still gets email."""
    row = session.get(CheckIn, int(mail.dedupe_key.split(":")[1]))
    plan = session.get(CheckInPlan, row.representation_id) if row is not None else None
    if row is None or plan is None or plan.stopped_at is not None or is_opted_out(session, mail.address):
        return False
    rep = session.get_one(Representation, row.representation_id)
    is_active = rep.status is RepresentationStatus.active and rep.archived_at is None
    if not is_active or session.get_one(Record, rep.client_id).archived_at is not None:
        return False
    return row.state is CheckInState.sent and not find_email_refusals([row.person_id])


declare_mail_kind(
    MailKind(
        KIND,
        _l("Check-in of a China rep"),
        Audience.outside,
        still_wanted=_still_wanted,
        secret_for=LINK_LIFETIME,
        survives_undo=True,
    )
)


def mail_check_in(row: CheckIn, rep: Representation, person: Person, token: str) -> None:
    """Email a check-in with its link; replies go to the counselor of the China rep."""
    texts = find_texts(TEXTS, row.language)
    client = db.session.get_one(Record, rep.client_id)
    with force_locale(texts.code):
        day = formats.day(last_day_of_link(row.sent_at + LINK_LIFETIME), full=True)
    is_chinese = texts.code != "en"
    name = choose_salutation(person.address_as, person.label, person.native_label, texts.code)
    values = {"name": name, "day": day}
    values["client"] = (client.native_label if is_chinese else client.label) or client.label or client.native_label
    link, stop_link, stop_url = (_link(name, token) for name in ("answer", "stop_link", "one_click"))
    links = {"link": link, "stop_link": stop_link}
    rendered = render_mail(KIND, texts.code, center=find_center(rep.team_id), texts=texts, values=values, **links)
    counselor = sa.select(User.email).where(User.id == rep.counselor_id, User.active)
    put_mail(
        KIND,
        rendered._replace(reply_to=db.session.scalar(counselor) or "", headers=MailHeaders(unsubscribe_url=stop_url)),
        to=row.address,
        name=person.label or person.native_label,
        dedupe_key=f"{KIND}:{row.id}:{row.month}",
        record=rep,
    )


def _link(view: str, token: str) -> str:
    """Return the full URL of a public page of a check-in."""
    return link_to(current_app.url_map.bind("localhost").build(f"checkins.{view}", {"token": token}))
