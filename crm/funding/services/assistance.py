"""Save and remove assistance and referrals: parts of a client's data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm.core.data.base import db
from crm.core.data.record import get_visible, touch
from crm.core.policy import Actor
from crm.funding.models import Assistance, PartnerReferral
from crm.organizations.models import Organization

ClientPart = Assistance | PartnerReferral


def save_part(
    actor: Actor, row: Assistance | PartnerReferral, values: Mapping[str, Any]
) -> Assistance | PartnerReferral:
    """Add or change a row of a client. Raises NotFound, Forbidden."""
    client = get_visible(Organization, actor, values["client_id"], "organization:edit")
    for name, value in values.items():
        setattr(row, name, value)
    db.session.add(row)
    touch(client)
    db.session.flush()
    return row


def remove_part(actor: Actor, row: ClientPart) -> None:
    """Remove a row; the client's history keeps it. Raises NotFound, Forbidden."""
    touch(get_visible(Organization, actor, row.client_id, "organization:edit"))
    db.session.delete(row)
    db.session.flush()
