"""Mails, phones and WeChat names in forms, to and from what is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable

import wtforms as w
from wtforms import validators as v

from crm.core.forms.fields import CodeField, FieldList, stripped
from crm.core.forms.forms import Subform
from crm.core.words import _l

from .policy import Medium, PointLabel
from .queries import PointRow
from .services import Point

MAX_POINTS = 12
BETWEEN = re.compile(r"[,，、;；]")


class PointForm(Subform):
    """One mail address or phone number."""

    label = CodeField(_l("Type"), words=PointLabel, default=PointLabel.work)
    raw = w.StringField(_l("Address or number"), [v.Length(max=254)], filters=[stripped])


class PointsMixin:
    """The three fields of a form whose record can be reached: `emails`, `phones`, `wechat`."""

    emails = FieldList(w.FormField(PointForm), _l("Email addresses"), min_entries=1, max_entries=MAX_POINTS)
    phones = FieldList(w.FormField(PointForm), _l("Phone numbers"), min_entries=1, max_entries=MAX_POINTS)
    wechat = w.StringField(
        _l("WeChat"), [v.Length(max=200)], filters=[stripped], description=_l("Separate multiple names with commas.")
    )

    @property
    def points(self) -> list[Point]:
        """What was typed, ready for `records.services.set_points`."""
        typed = [(Medium.email, row) for row in self.emails] + [(Medium.phone, row) for row in self.phones]
        found = [
            Point(medium, row.form.label.data or PointLabel.work, row.form.raw.data)
            for medium, row in typed
            if row.form.raw.data
        ]
        names = (name.strip() for name in BETWEEN.split(self.wechat.data or ""))
        return found + [Point(Medium.wechat, PointLabel.other, name) for name in names if name]


def point_defaults(points: Iterable[PointRow]) -> dict[str, object]:
    """What a form with PointsMixin shows of kept points, as keyword arguments of the form."""
    kept = list(points)
    rows = {m: [{"label": p.label, "raw": p.raw} for p in kept if p.medium is m] for m in (Medium.email, Medium.phone)}
    wechat = ", ".join(p.raw for p in kept if p.medium is Medium.wechat)
    return {"emails": rows[Medium.email], "phones": rows[Medium.phone], "wechat": wechat or None}
