"""Email addresses, phone numbers and WeChat names of a row, as a record stores them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from email_validator import SPECIAL_USE_DOMAIN_NAMES

from crm import names
from crm.core.words import _
from crm.imports.plan.existing import PointKey
from crm.imports.plan.line import ImportLine
from crm.imports.readers.values import LabeledValue
from crm.records.policy import ContactMedium, PointLabel
from crm.records.services import point_tokens

_LABELS = {label.value: label for label in PointLabel} | {
    "": PointLabel.work,
    "main": PointLabel.work,
    "company": PointLabel.work,
}
#: Phone numbers that many people share: they don't identify a person.
_SHARED_LINES = frozenset({PointLabel.fax, PointLabel.assistant})
_NOT_OUTSIDE = tuple(f".{name}" for name in SPECIAL_USE_DOMAIN_NAMES)


class PlannedPoint(NamedTuple):
    """An email address, phone number or WeChat name to store."""

    medium: ContactMedium
    label: PointLabel
    raw: str
    value: str
    extension: str = ""
    shared: bool = False

    @property
    def tokens(self) -> str:
        """Search tokens of the point."""
        return point_tokens(self.medium, self.value or self.raw)

    @property
    def same_as(self) -> tuple[ContactMedium, str]:
        """Key that is equal for different spellings of one point."""
        return self.medium, self.value or self.raw

    @property
    def key(self) -> PointKey | None:
        """Key for matching records; None for points that people share."""
        if self.shared or not self.value or self.medium is ContactMedium.wechat:
            return None
        return PointKey(self.medium, self.value)


def list_point_keys(points: Iterable[PlannedPoint]) -> tuple[PointKey, ...]:
    """Return the keys of the points that identify a record."""
    return tuple(key for point in points if (key := point.key) is not None)


def build_points(
    line: ImportLine, emails: Iterable[LabeledValue], phones: Iterable[LabeledValue], wechat: str, country: str
) -> tuple[PlannedPoint, ...]:
    """Return the contact points of a row. One that a form would refuse is skipped with a warning."""
    points = [_email(line, *email) for email in emails]
    points += [_phone(label, raw, country) for label, raw in phones]
    if wechat:
        points.append(PlannedPoint(ContactMedium.wechat, PointLabel.other, wechat, wechat.lower()))
    return tuple({point.same_as: point for point in reversed([p for p in points if p is not None])}.values())[::-1]


def _email(line: ImportLine, label: str, address: str) -> PlannedPoint | None:
    if f".{address.rpartition('@')[2].lower()}".endswith(_NOT_OUTSIDE):
        line.problems += (
            ("", _("“%(address)s” works only inside its own network. The email address was skipped.", address=address)),
        )
        return None
    return PlannedPoint(ContactMedium.email, _LABELS.get(label, PointLabel.other), address, address.lower())


def _phone(label: str, raw: str, country: str) -> PlannedPoint:
    kind = _LABELS.get(label, PointLabel.other)
    phone = names.parse_phone(raw, country or None)
    shared = kind in _SHARED_LINES or label == "company"
    return PlannedPoint(ContactMedium.phone, kind, raw, phone.e164 or "", (phone.ext or "")[:20], shared)
