"""Save and archive email templates."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from crm.core import clock
from crm.core.data.base import db
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.core.words import _
from crm.mailings.fields import FIELDS, find_misspelled_field, find_unknown_fields
from crm.mailings.models import EmailTemplate, EmailTemplateText
from crm.mailings.recipients import EmailText


def save_template(
    actor: Actor, row: EmailTemplate, values: Mapping[str, str | bool], texts: Mapping[str, EmailText]
) -> EmailTemplate:
    """Save a new or changed template. `values`: name and `is_shared` with the team of its author.

    Raises Invalid without a text, for an incomplete one and for an unknown field.
    """
    check_texts(texts)
    if not row.user_id:
        row.user_id, row.created_at = actor.id or 0, clock.now()
    row.name = str(values["name"])
    if values["is_shared"] and row.team_id is None:
        if actor.first_team_id is None:
            raise Invalid(_("You aren't on a team. Keep the template private."), "is_shared")
        row.team_id = actor.first_team_id
    elif not values["is_shared"] and row.team_id is not None:
        if row.user_id != actor.id:
            raise Invalid(_("Ask the author to make this template private."), "is_shared")
        row.team_id = None
    db.session.add(row)
    db.session.flush()
    _set_texts(row, texts)
    return row


def check_texts(texts: Mapping[str, EmailText]) -> None:
    """Raise Invalid without a text, for an incomplete one and for an unknown field."""
    if not texts:
        raise Invalid(_("Enter a subject and a text in at least one language."))
    for code, text in texts.items():
        if not text.subject or not text.body:
            raise Invalid(_("Enter both a subject and a text."), f"body_{code}")
        check_fields(text, f"body_{code}")


def check_fields(text: EmailText, place: str | None = None) -> None:
    """Raise Invalid for a field that doesn't exist, with a list of those that do, and for one with wrong braces."""
    whole = f"{text.subject}\n{text.body}"
    misspelled = find_misspelled_field(whole)
    if misspelled:
        raise Invalid(_("Write the field with one pair of braces: %(field)s.", field=f"{{{misspelled}}}"), place)
    unknown = find_unknown_fields(whole)
    if unknown:
        names = ", ".join(f"{{{name}}}" for name in FIELDS)
        message = _("“{%(name)s}” isn't a field. Use one of these: %(names)s.", name=unknown[0], names=names)
        raise Invalid(message, place)


def _set_texts(row: EmailTemplate, texts: Mapping[str, EmailText]) -> None:
    stmt = sa.select(EmailTemplateText).where(EmailTemplateText.template_id == row.id)
    existing = {text.language: text for text in db.session.scalars(stmt)}
    if existing and {code: EmailText(text.subject, text.body) for code, text in existing.items()} != texts:
        # A change of the texts is a change of the template, so that the second of two users gets a conflict.
        flag_modified(row, "name")
    for code in existing.keys() - texts.keys():
        db.session.delete(existing[code])
    for code, text in texts.items():
        stored = existing.get(code) or EmailTemplateText(template_id=row.id, language=code)
        stored.subject, stored.body = text.subject, text.body
        db.session.add(stored)
    db.session.flush()


def archive_template(row: EmailTemplate, *, archived: bool) -> None:
    """Archive a template, which then can no longer be chosen, or restore it."""
    row.archived_at = clock.now() if archived else None
    db.session.flush()
