"""The list of STEP assistance."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.identity import User
from crm.core.lists import Col, Filter, Grouping, Listing, Measure
from crm.core.lists.derive import Choices, enum_choices
from crm.core.policy import Actor
from crm.core.words import _l
from crm.funding.models import Assistance, Award
from crm.funding.policy.assistance import AssistanceIssue, find_issues
from crm.funding.policy.step import WITHOUT_REPORT
from crm.funding.queries.assistance import CLIENT, select_assistance
from crm.funding.queries.assistance_checks import is_any_issue, is_issue, load_facts
from crm.funding.queries.awards import award_choices

from .clients import client_column, client_filters, client_groupings, matches_text, staff_columns

USD = "USD"
ANY_ISSUE = "any"


def base(actor: Actor) -> sa.Select[Any]:
    """Select the assistance of visible clients with the client and its counselor."""
    return select_assistance(actor).outerjoin(User, User.id == CLIENT.counselor_id)


def _list_award_options(_actor: Actor) -> Choices:
    return tuple((str(award_id), name) for award_id, name in award_choices())


def load_issues(ids: Collection[int], actor: Actor) -> dict[int, dict[str, Any]]:
    """Return what to check in assistance, as labels."""
    today = clock.today(actor.zone)
    facts = load_facts(ids)
    return {i: {"issues": ", ".join(str(x) for x in find_issues(facts[i], today))} for i in ids}


def _has_issue(value: str, actor: Actor) -> sa.ColumnElement[bool]:
    today = clock.today(actor.zone)
    return is_any_issue(today) if value == ANY_ISSUE else is_issue(AssistanceIssue.from_code(value), today)


ASSISTANCE = Listing(
    name="assistance",
    title=_l("Assistance"),
    path="/funding/assistance/",
    template="funding/assistance.html",
    entity=Assistance,
    confidential=CLIENT.confidential,
    base=base,
    search=lambda text: matches_text(text, Assistance.description),
    after_page=load_issues,
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
        Col("issues", _l("To check")),
        *staff_columns(show_counselor=False),
    ),
    filters=(
        Filter.of(Assistance.state),
        Filter.of(Assistance.activity),
        Filter("award", _l("Award"), "choice", lambda x: Assistance.award_id == int(x), _list_award_options),
        Filter(
            "issue",
            _l("To check"),
            "choice",
            _has_issue,
            ((ANY_ISSUE, _l("Any of these")), *enum_choices(AssistanceIssue)),
            takes_actor=True,
        ),
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
