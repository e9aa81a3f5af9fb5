"""Email templates and mailings, as far as the actor may see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.data.base import alias, db
from crm.core.data.identity import Team, User, load_actor
from crm.core.data.record import Record, visible
from crm.core.errors import Forbidden, Invalid, NotFound
from crm.core.i18n.translations import LANGUAGES
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.policy import Actor, Role
from crm.core.words import _
from crm.people.queries import is_readable_address

from .models import EmailTemplate, EmailTemplateText, Mailing, MailingRecipient, MailingText
from .policy import CAP_PERIOD, ExclusionReason, RecipientState, may_edit_template
from .recipients import EmailText, Sender

PERSON, INTERACTION = alias(Record, "mailing_person"), alias(Record, "mailing_interaction")


class TemplateRow(NamedTuple):
    """A template in a list; `team` is None for a private one."""

    id: int
    name: str
    author: str
    team: str | None
    languages: str
    may_edit: bool


class RecipientRow(NamedTuple):
    """A recipient of a mailing, as far as the viewer may see the person."""

    id: int
    person_id: int
    label: str
    native_label: str
    address: str
    language: str
    state: RecipientState
    reason: ExclusionReason | None
    detail: str
    mail_state: MailState | None
    why_dead: str | None
    next_at: datetime | None
    sent_at: datetime | None
    interaction_id: int | None


def visible_templates(actor: Actor, *, with_archived: bool = False) -> sa.Select[Any]:
    """Select the actor's own templates and those of the actor's teams; without archived ones unless requested."""
    shared = EmailTemplate.team_id.is_not(None)
    of_team = sa.and_(shared, sa.true() if actor.sees_all_teams else EmailTemplate.team_id.in_(sorted(actor.team_ids)))
    own = EmailTemplate.user_id == actor.id
    is_offered = sa.true() if with_archived else EmailTemplate.archived_at.is_(None)
    return sa.select(EmailTemplate).where(sa.or_(own, of_team), is_offered)


def get_template(
    actor: Actor, template_id: int, *, to_edit: bool = False, with_archived: bool = False
) -> EmailTemplate:
    """Return a template. Raises NotFound, and Forbidden for one that the actor may only use."""
    stmt = visible_templates(actor, with_archived=with_archived).where(EmailTemplate.id == template_id)
    row: EmailTemplate | None = db.session.scalar(stmt)
    if row is None:
        raise NotFound
    if to_edit and not may_edit_template(actor, row.user_id, row.team_id):
        raise Forbidden
    return row


def list_templates(actor: Actor) -> list[TemplateRow]:
    """Return the templates that the actor may use, by name."""
    stmt = visible_templates(actor).with_only_columns(EmailTemplate, User.name, Team.name)
    stmt = stmt.join(User, User.id == EmailTemplate.user_id).outerjoin(Team, Team.id == EmailTemplate.team_id)
    rows = db.session.execute(stmt.order_by(sa.func.lower(EmailTemplate.name), EmailTemplate.id)).all()
    languages = sa.select(EmailTemplateText.template_id, EmailTemplateText.language)
    languages = languages.where(EmailTemplateText.template_id.in_([row[0].id for row in rows]))
    codes: dict[int, set[str]] = {}
    for template_id, language in db.session.execute(languages):
        codes.setdefault(template_id, set()).add(language)
    return [
        TemplateRow(
            template.id,
            template.name,
            author,
            team,
            ", ".join(name for code, name in LANGUAGES.items() if code in codes.get(template.id, ())),
            may_edit_template(actor, template.user_id, template.team_id),
        )
        for template, author, team in rows
    ]


def load_texts(template_id: int) -> dict[str, EmailText]:
    """Return the texts of a template by language."""
    stmt = sa.select(EmailTemplateText).where(EmailTemplateText.template_id == template_id)
    return {row.language: EmailText(row.subject, row.body) for row in db.session.scalars(stmt)}


def load_mailing_texts(mailing_id: int) -> dict[str, EmailText]:
    """Return the texts of a mailing by language, in the order of the languages."""
    stmt = sa.select(MailingText).where(MailingText.mailing_id == mailing_id)
    texts = {row.language: EmailText(row.subject, row.body) for row in db.session.scalars(stmt)}
    return {code: texts[code] for code in LANGUAGES if code in texts}


def load_sender(actor: Actor, team_id: int | None = None) -> Sender:
    """Return the actor as a sender, for the primary team. Raises Invalid without a team."""
    sender_team_id = team_id or actor.first_team_id
    if sender_team_id is None:
        raise Invalid(_("Ask an administrator to add you to a team. Emails are sent for a team."))
    return Sender(db.session.get_one(User, actor.id), db.session.get_one(Team, sender_team_id))


def load_mailing_actor(mailing: Mailing) -> Actor:
    """Return the actor who sent a mailing, with the rights that this user has now."""
    return load_actor(db.session.get_one(User, mailing.user_id))


def find_stop_reason(mailing: Mailing) -> ExclusionReason | None:
    """Return why the sender may no longer send a mailing; None if nothing speaks against it."""
    if not db.session.get_one(User, mailing.user_id).active:
        return ExclusionReason.deactivated
    return None if mailing.team_id in load_mailing_actor(mailing).team_ids else ExclusionReason.left_team


def visible_mailings(actor: Actor) -> sa.Select[Any]:
    """Select the actor's own mailings, for managers also those of their teams, with recipients whom the actor sees."""
    is_of_mailing = MailingRecipient.mailing_id == Mailing.id
    visible_recipients = _join_records(actor, sa.select(MailingRecipient.id)).where(is_of_mailing).correlate(Mailing)
    return sa.select(Mailing).where(_is_readable(actor), visible_recipients.exists())


def _join_records(actor: Actor, stmt: sa.Select[Any]) -> sa.Select[Any]:
    """Join person and interaction to recipients of which the actor may see both: the email is in the interaction."""
    stmt = stmt.join(PERSON, sa.and_(PERSON.id == MailingRecipient.person_id, visible(actor, PERSON)))
    stmt = stmt.outerjoin(INTERACTION, INTERACTION.id == MailingRecipient.interaction_id)
    return stmt.where(sa.or_(MailingRecipient.interaction_id.is_(None), visible(actor, INTERACTION)))


def _is_readable(actor: Actor) -> sa.ColumnElement[bool]:
    if actor.sees_all_teams:
        return sa.true()
    own = Mailing.user_id == actor.id
    return sa.or_(own, Mailing.team_id.in_(sorted(actor.team_ids))) if actor.role is Role.manager else own


def get_mailing(actor: Actor, mailing_id: int) -> Mailing:
    """Return a mailing. Raises NotFound."""
    row: Mailing | None = db.session.scalar(visible_mailings(actor).where(Mailing.id == mailing_id))
    if row is None:
        raise NotFound
    return row


def list_recipients(actor: Actor, mailing_id: int) -> list[RecipientRow]:
    """Return the recipients of a mailing whom the actor may see, and their interactions, with their delivery.

    The address is "" if the actor may not see it, and then why delivery failed isn't read:
    mail servers name the address.
    """
    R = MailingRecipient  # noqa: N806 - read a dozen times below
    is_readable = is_readable_address(actor, R.address)
    address, why_dead = sa.case((is_readable, R.address), else_=""), sa.case((is_readable, Mail.why_dead))
    columns = (R.id, R.person_id, PERSON.label, PERSON.native_label, address, R.language, R.state, R.reason, R.detail)
    stmt = sa.select(*columns, Mail.state, why_dead, Mail.next_at, Mail.sent_at, R.interaction_id).select_from(R)
    stmt = _join_records(actor, stmt).outerjoin(Mail, Mail.id == R.mail_id)
    stmt = stmt.where(R.mailing_id == mailing_id).order_by(R.id)
    return [RecipientRow._make(row) for row in db.session.execute(stmt)]


def is_unsent(row: RecipientRow) -> bool:
    """Return whether the email to a recipient can still be canceled."""
    is_waiting = row.mail_state in (MailState.pending, MailState.retry)
    return row.state is RecipientState.waiting or (row.state is RecipientState.queued and is_waiting)


def count_recipients(actor: Actor, mailing_ids: list[int]) -> dict[int, tuple[int, int]]:
    """Return by mailing how many visible people get the email, and how many are left out."""
    is_out = sa.case((MailingRecipient.state == RecipientState.excluded, 1), else_=0)
    columns: tuple[Any, ...] = (MailingRecipient.mailing_id, sa.func.count(), sa.func.sum(is_out))
    stmt = _join_records(actor, sa.select(*columns).select_from(MailingRecipient))
    stmt = stmt.where(MailingRecipient.mailing_id.in_(mailing_ids)).group_by(MailingRecipient.mailing_id)
    return {i: (total - out, out) for i, total, out in db.session.execute(stmt)}


def list_used_addresses(mailing_id: int) -> set[str]:
    """Return the addresses, in lower case, to which a mailing has an email already."""
    stmt = sa.select(sa.func.lower(MailingRecipient.address)).where(MailingRecipient.mailing_id == mailing_id)
    return set(db.session.scalars(stmt.where(MailingRecipient.mail_id.is_not(None))))


def list_emailed_people(mailing_id: int) -> set[int]:
    """Return the people to whom a mailing has an email already, without those that failed or were canceled."""
    return set(db.session.scalars(_select_emailed(mailing_id)))


def is_emailed_before(session: Session, row: MailingRecipient) -> bool:
    """Return whether an earlier recipient of the mailing is the same person since a merge, and has an email."""
    stmt = _select_emailed(row.mailing_id).where(
        MailingRecipient.person_id == row.person_id, MailingRecipient.id < row.id
    )
    return session.scalar(stmt.limit(1)) is not None


def _select_emailed(mailing_id: int) -> sa.Select[int]:
    stmt = sa.select(MailingRecipient.person_id).join(Mail, Mail.id == MailingRecipient.mail_id)
    return stmt.where(
        MailingRecipient.mailing_id == mailing_id, Mail.state.not_in([MailState.dead, MailState.canceled])
    )


def count_left_today(actor: Actor) -> int:
    """Return how many emails the actor may still send now (CRM_MAILING_PER_DAY)."""
    since = clock.now() - CAP_PERIOD
    stmt = sa.select(sa.func.count()).select_from(MailingRecipient)
    stmt = stmt.join(Mailing, Mailing.id == MailingRecipient.mailing_id)
    stmt = stmt.where(Mailing.user_id == actor.id, Mailing.created_at > since)
    used = db.session.scalar(stmt.where(MailingRecipient.state != RecipientState.excluded)) or 0
    return max(0, int(current_app.config["CRM_MAILING_PER_DAY"]) - used)
