"""How many interactions are changed at once, in each list of them."""

from __future__ import annotations

from crm.core.forms.forms import Form
from crm.core.lists import Col, RowEditing
from crm.core.words import _l
from crm.reference.funder_field import FunderField

from . import services


class InteractionFieldsForm(Form):
    funder_id = FunderField(description=_l("Replaces the funder of each client in the selected interactions."))


EDITING = RowEditing(
    form=InteractionFieldsForm, right="interaction:edit", save=services.set_funder, only_many=("funder_id",)
)
FUNDER_COLUMN = Col("funder", _l("Funder"), show=False, required_access="money", field="funder_id")
