"""The list of STEP assistance."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core.data.identity import User
from crm.core.lists import Col, Filter, Grouping, Listing, Measure
from crm.core.lists.derive import Choices
from crm.core.policy import Actor
from crm.core.words import _l
from crm.funding.models import Assistance, Award
from crm.funding.policy.step import WITHOUT_REPORT
from crm.funding.queries.assistance import CLIENT, select_assistance
from crm.funding.queries.awards import award_choices

from .clients import client_column, client_filters, client_groupings, matches_text, staff_columns

USD = "USD"


def base(actor: Actor) -> sa.Select[Any]:
    """Select the assistance of visible clients with the client and its counselor."""
    return select_assistance(actor).outerjoin(User, User.id == CLIENT.counselor_id)


def _list_award_options(_actor: Actor) -> Choices:
    return tuple((str(award_id), name) for award_id, name in award_choices())


ASSISTANCE = Listing(
    name="assistance",
    title=_l("Assistance"),
    path="/funding/assistance/",
    template="funding/assistance.html",
    entity=Assistance,
    confidential=CLIENT.confidential,
    base=base,
    search=lambda text: matches_text(text, Assistance.description),
    sort="-on",
    sums=("approved", "spent", "match"),
    measures=(
        Measure("approved", _l("Approved amount"), Assistance.approved, USD, required_access="money"),
        Measure("spent", _l("Amount spent"), Assistance.spent, USD, required_access="money"),
        Measure("match", _l("Client's match"), Assistance.match, USD, required_access="money"),
    ),
    groupings=(
        *client_groupings(Assistance),
        Grouping("award", _l("Award"), Assistance.award_id, "id", names=(Award.id, Award.number)),
    ),
    cols=(
        Col.of(Assistance.description, name="description", kind="name"),
        client_column(hide_phone=True),
        Col.of(Assistance.activity, hide_phone=True),
        Col.of(Assistance.state),
        Col.of(Assistance.on, sort=True, hide_phone=True),
        Col.of(Assistance.approved, kind="num"),
        Col.of(Assistance.spent, kind="num", hide_phone=True),
        Col.of(Assistance.match, kind="num", hide_phone=True),
        Col.of(Assistance.report_due_on, hide_phone=True),
        Col.of(Assistance.report_received_on, show=False),
        *staff_columns(show_counselor=False),
    ),
    filters=(
        Filter.of(Assistance.state),
        Filter.of(Assistance.activity),
        Filter("award", _l("Award"), "choice", lambda x: Assistance.award_id == int(x), _list_award_options),
        Filter(
            "report",
            _l("Report due or overdue"),
            "bool",
            lambda _x: sa.and_(
                Assistance.report_due_on.is_not(None),
                Assistance.report_received_on.is_(None),
                Assistance.state.not_in(WITHOUT_REPORT),
            ),
        ),
        Filter(
            "counted",
            _l("Without declined and withdrawn"),
            "bool",
            lambda _x: Assistance.state.not_in(WITHOUT_REPORT),
        ),
        *client_filters(Assistance),
    ),
)
