"""The form that saves a view."""

from __future__ import annotations

import wtforms as w
from wtforms import validators as v

from crm.core.forms.forms import Form, of
from crm.core.words import _l

from .models import SavedView


class ViewForm(Form):
    """A name for the address of a list."""

    name = of(SavedView.name)
    shared = w.BooleanField(_l("Share with the team"))
    address = w.HiddenField(_l("List"), validators=[v.Length(max=2000)])
