"""The form that chooses the organization to reach."""

from __future__ import annotations

from crm.core.forms.forms import Form
from crm.core.forms.pickers import PickField
from crm.core.words import _l


class TargetForm(Form):
    """The organization to reach. Sent by GET: it changes nothing."""

    to = PickField(_l("Organization to reach"), kinds=("organization",), needed=True, makers=())

    class Meta(Form.Meta):
        """Without a token: the form only opens a page."""

        csrf = False
