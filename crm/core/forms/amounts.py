"""Checks of an amount of money and its currency in one form."""

from __future__ import annotations

import wtforms as w

from crm.core.forms.forms import Form
from crm.core.words import _


def require_currency(form: Form, amount: w.Field, currency: w.Field) -> bool:
    """Return whether the currency of a new amount was chosen; add an error otherwise.

    A stored amount without a currency may stay as it is, so that other fields can be edited.
    """
    is_changed = amount.data != amount.object_data or currency.object_data
    if amount.data is None or amount.errors or currency.data or currency.errors or not is_changed:
        return True
    form.refuse(_("Choose a currency."), currency.name)
    return False
