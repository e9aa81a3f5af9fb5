"""The list of milestones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.forms.choice_sources import country_choices
from crm.core.lists import Col, Filter, Listing, RowEditing, View
from crm.core.lists.grouping import Grouping, Measure
from crm.core.lists.record_filters import record_filter
from crm.core.lists.record_groupings import record_grouping, team_grouping, user_grouping
from crm.core.lists.staff_filters import counselor_filter, team_filter
from crm.core.policy import Actor
from crm.core.words import _l
from crm.reference.models import Funder

from . import queries, services
from .forms import MilestoneEditForm
from .models import Milestone
from .queries.milestones import CLIENT
from .queries.parts import select_credited

YES_NO = (("yes", _l("Yes")), ("no", _l("No")))
CREDITED = ("project", "show", "representation", "organization")
"""The kinds of records by which the list can be filtered as having had a part."""


def base(actor: Actor) -> sa.Select[Any]:
    """Select visible milestones with the names of client and counselor."""
    is_readable = sa.or_(sa.not_(CLIENT.confidential), visible(actor, CLIENT))
    return (
        queries.visible_milestones(actor)
        .outerjoin(CLIENT, sa.and_(CLIENT.id == Milestone.client_id, is_readable))
        .outerjoin(User, User.id == Milestone.counselor_id)
    )


def _confirmed_condition(value: str) -> sa.ColumnElement[bool]:
    return Milestone.confirmed_on.is_not(None) if value == "yes" else Milestone.confirmed_on.is_(None)


def _had_role(record_id: int, actor: Actor) -> sa.ColumnElement[bool]:
    """Return the condition for milestones in which a visible project, show, China rep or U.S. post had a part."""
    is_visible = sa.exists().where(Record.id == record_id, visible(actor)).correlate_except(Record)
    credited = sa.union(*(sa.select(select_credited(actor, kind, record_id).subquery().c.id) for kind in CREDITED))
    return sa.and_(is_visible, Milestone.id.in_(sa.select(credited.subquery().c.id)))


FUNDER = sa.select(Funder.name).where(Funder.id == Milestone.funder_id).correlate(Milestone).scalar_subquery()
EDITING = RowEditing(form=MilestoneEditForm, right="milestone:edit", save=services.change_milestone)

MILESTONES = Listing(
    name="milestones",
    title=_l("Milestones"),
    path="/milestones/",
    template="impact/index.html",
    entity=Milestone,
    base=base,
    editing=EDITING,
    sort="-on",
    measures=(
        Measure("jobs", _l("Jobs"), Milestone.jobs, separate_by=("status",)),
        Measure(
            "amount",
            Milestone.amount.info["label"],
            Milestone.amount,
            Milestone.currency,
            required_access="money",
            separate_by=("type", "status"),
        ),
    ),
    groupings=(
        user_grouping("counselor", _l("Counselor"), Milestone.counselor_id),
        team_grouping(Milestone.team_id),
        record_grouping("client", _l("Client"), Milestone.client_id),
        Grouping(
            "funder",
            _l("Funder"),
            Milestone.funder_id,
            "id",
            names=(Funder.id, Funder.name),
            required_access="money",
        ),
        Grouping("publish", _l("Consent to publish"), Milestone.publish, "enum"),
        *Grouping.dates("confirmed", _l("Date confirmed"), Milestone.confirmed_on),
        *Grouping.dates("reported", _l("Date reported"), Milestone.reported_on),
    ),
    cols=(
        Col("name", _l("Milestone"), Milestone.label, sort=Milestone.sort_key, kind="name", field="title"),
        Col("client", _l("Client"), sa.func.coalesce(CLIENT.label, ""), hide_phone=True),
        Col.of(Milestone.type, hide_phone=True),
        Col.of(Milestone.status, hide_phone=True),
        Col.of(Milestone.on, sort=True),
        Col.of(Milestone.amount, kind="money", currency=Milestone.currency, required_access="money"),
        Col.of(Milestone.jobs, label=_l("Jobs"), hide_phone=True),
        Col.of(Milestone.country, hide_phone=True),
        Col.of(Milestone.confirmed_on, name="confirmed", hide_phone=True),
        Col.of(Milestone.confirmed_how, name="how", show=False),
        Col.of(Milestone.reported_on, name="reported", show=False),
        Col.of(Milestone.publish, show=False),
        Col("funder", _l("Funder"), FUNDER, show=False, required_access="money", field="funder_id"),
        Col.of(Milestone.currency, show=False, required_access="money"),
        Col.of(Milestone.evidence, show=False),
        Col("counselor", _l("Counselor"), User.name, kind="user", show=False, field="counselor_id"),
        Col("uid", _l("Identifier"), Milestone.uid, show=False),
    ),
    filters=(
        Filter("mine", _l("Mine"), "bool", lambda _x, a: Milestone.counselor_id == a.id, takes_actor=True),
        Filter.of(Milestone.type, kind="many"),
        Filter.of(Milestone.status),
        Filter("confirmed", _l("Confirmed by the client"), "choice", _confirmed_condition, YES_NO),
        Filter("from", _l("Date from"), "date", lambda x: Milestone.on >= x),
        Filter("to", _l("Date to"), "date", lambda x: Milestone.on <= x),
        Filter("jobs", _l("With jobs"), "bool", lambda _x: Milestone.jobs != 0),
        Filter.of(Milestone.country, kind="choice", choices=lambda _a: tuple(country_choices())),
        Filter.of(Milestone.publish),
        counselor_filter(Milestone.counselor_id),
        team_filter(Milestone.team_id),
        Filter(
            "confidential",
            _l("Confidential"),
            "choice",
            lambda x: Milestone.confidential.is_(x == "yes"),
            YES_NO,
        ),
        record_filter("client", _l("Client"), Milestone.client_id),
        record_filter("opportunity", _l("Opportunity"), Milestone.opportunity_id),
        replace(record_filter("part", _l("Contributor"), Milestone.id), where=_had_role),
    ),
    views=(
        View("actual", _l("Actual"), {"status": "actual"}),
        View("expected", _l("Expected"), {"status": "expected"}, "on"),
        View("unconfirmed", _l("Not confirmed"), {"status": "actual", "confirmed": "no"}),
        View("mine", _l("Mine"), {"mine": "1"}),
    ),
)
