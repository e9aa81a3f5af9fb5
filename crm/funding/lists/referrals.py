"""The list of referrals of clients to partners."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.identity import User
from crm.core.lists import Col, Filter, Grouping, Listing
from crm.core.policy import Actor
from crm.core.words import _l
from crm.funding.models import PartnerReferral
from crm.funding.queries.assistance import CLIENT, select_partner_referrals

from .clients import client_column, client_filters, client_groupings, matches_text, staff_columns

YES_NO = (("yes", _l("Yes")), ("no", _l("No")))
HAS_RESULT = PartnerReferral.result.is_not(None)


def base(actor: Actor) -> sa.Select[Any]:
    """Select the referrals of visible clients with the client and its counselor."""
    return select_partner_referrals(actor).outerjoin(User, User.id == CLIENT.counselor_id)


PARTNER_REFERRALS = Listing(
    name="partner_referrals",
    title=_l("Referrals to partners"),
    path="/funding/referrals/",
    template="funding/referrals.html",
    entity=PartnerReferral,
    confidential=CLIENT.confidential,
    base=base,
    search=lambda text: matches_text(text, PartnerReferral.reason, PartnerReferral.name, PartnerReferral.result),
    sort="-on",
    groupings=(
        *client_groupings(PartnerReferral),
        Grouping("has_result", _l("Has a result"), HAS_RESULT, "bool"),
    ),
    cols=(
        Col.of(PartnerReferral.reason, kind="name"),
        client_column(),
        Col.of(PartnerReferral.partner),
        Col.of(PartnerReferral.name, hide_phone=True, show=False),
        Col.of(PartnerReferral.on, sort=True, hide_phone=True),
        Col.of(PartnerReferral.result, hide_phone=True),
        *staff_columns(show_counselor=True),
    ),
    filters=(
        Filter.of(PartnerReferral.partner, kind="many"),
        Filter("has_result", _l("Has a result"), "choice", lambda x: HAS_RESULT.is_(x == "yes"), YES_NO),
        *client_filters(PartnerReferral),
    ),
)
