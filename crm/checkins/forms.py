"""The form of a check-in: one box."""

from __future__ import annotations

import wtforms as w
from wtforms import validators as v

from crm.core.forms.fields import strip_text
from crm.core.forms.link_form import LinkForm

from .policy import MAX_ANSWER_CHARS


class CheckInForm(LinkForm):
    """The answer of a China rep."""

    answer = w.TextAreaField(validators=[v.DataRequired(), v.Length(max=MAX_ANSWER_CHARS)], filters=[strip_text])
