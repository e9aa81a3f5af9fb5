"""Which tariff notes a record's page shows: the HS codes of its product and need, and the country of the market."""

from __future__ import annotations

from functools import partial
from itertools import chain

import sqlalchemy as sa

from crm.core.data.base import fetch_values
from crm.core.data.record import visible
from crm.core.data.together import run_together
from crm.core.policy import Actor
from crm.organizations.models import Organization
from crm.products.models import Product
from crm.projects.models import Need, Project


def find_market(actor: Actor, project_id: int | None, buyer_id: int | None) -> str | None:
    """Return the country of a project, else of the buyer; None if it is unknown, or hidden from the actor."""
    for cls, record_id in ((Project, project_id), (Organization, buyer_id)):
        if record_id is not None:
            stmt = sa.select(cls.country).where(cls.id == record_id, visible(actor, cls))
            if country := next(iter(fetch_values(stmt)), None):
                return str(country)
    return None


def load_hs_codes(actor: Actor, product_id: int | None, need_id: int | None) -> list[str]:
    """Return the HS codes of a product and of a need that the actor may see."""
    stmts = [
        sa.select(cls.hs6).where(cls.id == record_id, visible(actor, cls))
        for cls, record_id in ((Product, product_id), (Need, need_id))
        if record_id is not None
    ]
    codes = run_together(*(partial(fetch_values, stmt) for stmt in stmts))
    return list(dict.fromkeys(code for code in chain(*codes) if code))
