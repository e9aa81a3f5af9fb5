"""Contact details of the sender of a pasted email, read from the signature."""

from __future__ import annotations

from typing import Any

import wtforms as w
from wtforms import validators as v

from crm.core.forms.fields import strip_text
from crm.core.forms.forms import Subform
from crm.core.words import Lazy, _l, _p
from crm.interactions.services import SenderDetails


def _text_field(label: Lazy, max_chars: int, description: Lazy | str = "") -> Any:
    length = v.Length(max=max_chars, message=_l("Enter at most %(max)d characters."))
    return w.StringField(label, [length], filters=[strip_text], description=description)


class SenderSubform(Subform):
    """What is added to the sender: a new person with this typed text, or a known one with this id."""

    text = w.HiddenField()
    person_id = w.IntegerField(widget=w.widgets.HiddenInput(), validators=[v.Optional()])
    latin = _text_field(_l("Name in Latin letters"), 80, _l("Pinyin of the Chinese name. Check the spelling."))
    title = _text_field(_p("job", "Title"), 120)
    phone = _text_field(_l("Phone"), 60)
    wechat = _text_field(_l("WeChat"), 60)

    @property
    def is_known(self) -> bool:
        """Whether the sender is a person on record: only missing contact details are offered."""
        return self.person_id.data is not None

    @property
    def is_shown(self) -> bool:
        """Whether the form came from an email with something to add."""
        has_points = bool(self.phone.data or self.wechat.data)
        return has_points if self.is_known else bool(self.text.data)

    def to_details(self) -> SenderDetails | None:
        """Return the details; None for a form without a sender."""
        if not self.is_shown:
            return None
        values = {name: self[name].data or "" for name in ("text", "latin", "title", "phone", "wechat")}
        return SenderDetails(person_id=self.person_id.data, **values)
