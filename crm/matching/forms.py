"""The form that dismisses a match."""

from __future__ import annotations

from crm.core.forms.forms import Form, of

from .models import MatchDecision


class DismissForm(Form):
    """Why a product isn't for a need."""

    reason = of(MatchDecision.reason, required=True, blank="")
    note = of(MatchDecision.note)
