"""Form fields for email addresses, phone numbers and WeChat names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import wtforms as w
from wtforms import validators as v

from crm.core.forms.fields import CodeField, strip_text
from crm.core.forms.forms import Subform
from crm.core.forms.row_lists import FieldList
from crm.core.words import _, _l

from .policy import ContactMedium, PointLabel
from .queries import PointRow
from .services import ContactPointValues

MAX_POINTS = 12
SEPARATOR = re.compile(r"[,，、;；]")


class ContactPointSubform(Subform):
    """An email address or phone number."""

    label = CodeField(_l("Label"), enum=PointLabel, default=PointLabel.work)
    raw = w.StringField(_l("Address or number"), [v.Length(max=254)], filters=[strip_text])


class EmailSubform(ContactPointSubform):
    """An email address."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.raw.label.text = _("Email address")


class PhoneSubform(ContactPointSubform):
    """A phone number."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.raw.label.text = _("Phone number")


class PointsMixin:
    """The fields `emails`, `phones` and `wechat` for forms of records with contact points."""

    emails = FieldList(w.FormField(EmailSubform), _l("Email addresses"), min_entries=1, max_entries=MAX_POINTS)
    phones = FieldList(w.FormField(PhoneSubform), _l("Phone numbers"), min_entries=1, max_entries=MAX_POINTS)
    wechat = w.StringField(
        _l("WeChat"), [v.Length(max=200)], filters=[strip_text], description=_l("Separate multiple names with commas.")
    )

    @property
    def typed_points(self) -> dict[str, list[str]]:
        """The submitted email addresses and phone numbers."""
        fields = {"emails": self.emails, "phones": self.phones}
        return {name: [row.form.raw.data or "" for row in rows] for name, rows in fields.items()}

    @property
    def points(self) -> list[ContactPointValues]:
        """Return the submitted contact points for `records.services.set_points`."""
        typed = [(ContactMedium.email, row) for row in self.emails] + [
            (ContactMedium.phone, row) for row in self.phones
        ]
        points = [
            ContactPointValues(medium, row.form.label.data or PointLabel.work, row.form.raw.data)
            for medium, row in typed
            if row.form.raw.data
        ]
        names = (name.strip() for name in SEPARATOR.split(self.wechat.data or ""))
        return points + [ContactPointValues(ContactMedium.wechat, PointLabel.other, name) for name in names if name]


def point_defaults(points: Iterable[PointRow]) -> dict[str, object]:
    """Return existing contact points as keyword arguments of a form with PointsMixin."""
    existing = list(points)
    rows = {
        m: [{"label": p.label, "raw": p.raw} for p in existing if p.medium is m]
        for m in (ContactMedium.email, ContactMedium.phone)
    }
    wechat = ", ".join(p.raw for p in existing if p.medium is ContactMedium.wechat)
    return {"emails": rows[ContactMedium.email], "phones": rows[ContactMedium.phone], "wechat": wechat or None}
