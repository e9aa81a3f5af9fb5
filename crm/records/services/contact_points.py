"""Email addresses, phone numbers and WeChat names of a record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email

from crm import names
from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.errors import Invalid
from crm.core.words import _
from crm.records.models import ContactPoint
from crm.records.policy import ContactMedium, PointLabel


class ContactPointValues(NamedTuple):
    """An email address, phone number or WeChat name as typed."""

    medium: ContactMedium
    label: PointLabel
    raw: str


def set_points(
    record: Record, points: Iterable[ContactPointValues], country: str | None, field: str | None = None
) -> list[str]:
    """Set the contact points of a record, in this order, and return search tokens of all.

    Phone numbers are stored as typed, and as E.164 if valid. Raises Invalid on `field` for an invalid email address.
    """
    existing = {
        (p.medium, p.raw): p
        for p in db.session.scalars(sa.select(ContactPoint).where(ContactPoint.record_id == record.id))
    }
    tokens: list[str] = []
    new_keys: set[tuple[ContactMedium, str]] = set()
    for position, point in enumerate(points):
        raw = point.raw.strip()
        key = (point.medium, raw)
        if not raw or key in new_keys:
            continue
        new_keys.add(key)
        row = existing.get(key) or ContactPoint(record_id=record.id, medium=point.medium, raw=raw)
        row.label, row.position = point.label, position
        row.value, row.extension = _normalize_value(point.medium, raw, country, field)
        db.session.add(row)
        tokens.append(point_tokens(row.medium, row.value or row.raw))
    for key, row in existing.items():
        if key not in new_keys:
            db.session.delete(row)
    db.session.flush()
    return tokens


def _normalize_value(medium: ContactMedium, raw: str, country: str | None, field: str | None) -> tuple[str, str]:
    if medium is ContactMedium.email:
        try:
            return validate_email(raw, check_deliverability=False).normalized.lower(), ""
        except EmailNotValidError:
            raise Invalid(
                _("“%(raw)s” isn't a valid email address. Use the format name@example.org.", raw=raw), field
            ) from None
    if medium is ContactMedium.phone:
        phone = names.parse_phone(raw, country)
        return phone.e164 or "", phone.ext or ""
    return raw.lower(), ""


def point_tokens(medium: ContactMedium, text: str) -> str:
    """Return search tokens of an email address, phone number or WeChat name."""
    return names.phone_tokens(text) if medium is ContactMedium.phone else names.tokens(text)
