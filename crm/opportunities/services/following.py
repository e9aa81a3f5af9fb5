"""Cases follow the client, project or product they are of into its circle."""

from __future__ import annotations

import sqlalchemy as sa

from crm.core.db import db
from crm.core.record import FOLLOWERS, Record
from crm.opportunities.models import Opportunity
from crm.records.services import seclude_with

PARTS = {
    "organization": Opportunity.client_id,
    "project": Opportunity.project_id,
    "product": Opportunity.product_id,
}


def _follow(host: Record) -> None:
    part = PARTS.get(host.kind)
    if part is not None and host.confidential:
        seclude_with(db.session.scalars(sa.select(Opportunity).where(part == host.id)).all(), host)


FOLLOWERS.append(_follow)
