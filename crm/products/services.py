"""Change products."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm import names
from crm.core.db import db, new_uid
from crm.core.errors import Invalid
from crm.core.policy import Actor
from crm.core.record import name_record
from crm.core.words import _
from crm.organizations.queries import organization

from .models import Product
from .policy import HS6, eccn_problem


def save_product(
    actor: Actor, values: Mapping[str, Any], product: Product | None = None, uid: str | None = None
) -> Product:
    """Make or change a product; it belongs to its client's team. Raises Invalid on the field that is wrong."""
    client = organization(actor, values["client_id"])
    if problem := eccn_problem(values.get("eccn")):
        raise Invalid(problem, "eccn")
    if values.get("hs6") and not HS6.match(values["hs6"]):
        raise Invalid(_("Write six digits, such as 902680."), "hs6")
    row = product or Product(uid=uid or new_uid())
    for name, value in values.items():
        setattr(row, name, value)
    row.team_id, row.counselor_id = client.team_id, client.counselor_id
    name_record(row, row.name, row.native_name, [names.tokens(client.label, client.native_label, row.hs6)])
    db.session.add(row)
    db.session.flush()
    return row
