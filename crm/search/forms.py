"""The form that saves a view."""

from __future__ import annotations

import wtforms as w
from wtforms import validators as v

from crm.core.forms.forms import Form, of
from crm.core.words import _l

from .models import SavedView


class ViewEditForm(Form):
    """The name of a saved view, and who opens it."""

    name = of(SavedView.name)
    shared = w.BooleanField(_l("Share with the team"))
    is_default = w.BooleanField(_l("Open the list with this view"))


class ViewForm(ViewEditForm):
    """A name for the address of a list."""

    address = w.HiddenField(_l("List"), validators=[v.Length(max=2000)])
