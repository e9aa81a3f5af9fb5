"""The list of gifts."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.identity import Membership, User
from crm.core.lists import Col, Filter, Listing, View
from crm.core.lists.record_filters import record_filter
from crm.core.lists.staff_filters import list_staff_choices, list_team_choices
from crm.core.lists.text_search import contains_text
from crm.core.policy import Actor
from crm.core.words import _l
from crm.people.policy import OfficialKind

from .models import Gift
from .policy import GiftState, approves_gifts
from .queries import OCCASION, ORGANIZATION, PERSON, visible_gifts, waits_for_decision_of


def _matches_text(text: str) -> sa.ColumnElement[bool]:
    names = (PERSON.label, PERSON.native_label, ORGANIZATION.label, ORGANIZATION.native_label)
    return contains_text(text, Gift.description, Gift.purpose, *names)


def _waits_for_me(_value: object, actor: Actor) -> sa.ColumnElement[bool]:
    return waits_for_decision_of(actor.id) if approves_gifts(actor) else sa.false()


def _staff_condition(value: str, actor: Actor) -> sa.ColumnElement[bool]:
    condition: sa.ColumnElement[bool] = Gift.user_id == (actor.id if value == "me" else int(value))
    return condition


def _team_condition(ids: tuple[str, ...]) -> sa.ColumnElement[bool]:
    members = sa.select(Membership.user_id).where(Membership.team_id.in_(list(map(int, ids))))
    return Gift.user_id.in_(members)


def _this_year(_value: object, actor: Actor) -> sa.ColumnElement[bool]:
    condition: sa.ColumnElement[bool] = Gift.given_on >= date(clock.today(actor.zone).year, 1, 1)
    return condition


GIFTS = Listing(
    name="gifts",
    title=_l("Gifts"),
    path="/gifts/",
    template="compliance/index.html",
    entity=Gift,
    base=visible_gifts,
    sort="-date",
    search=_matches_text,
    cols=(
        Col(
            "recipient",
            _l("Person or organization"),
            sa.func.coalesce(PERSON.label, ORGANIZATION.label),
            kind="name",
            native=sa.func.coalesce(PERSON.native_label, ORGANIZATION.native_label),
        ),
        Col("organization", _l("Organization"), sa.func.coalesce(ORGANIZATION.label, ""), hide_phone=True),
        Col.of(Gift.given_on, name="date", sort=True),
        Col.of(Gift.kind, hide_phone=True),
        Col.of(Gift.description, hide_phone=True),
        Col("usd", _l("US dollars"), Gift.usd, kind="money", currency=sa.literal("USD")),
        Col.of(Gift.state),
        Col.of(Gift.direction, hide_phone=True),
        Col.of(Gift.official, hide_phone=True),
        Col("user", _l("Our staff"), User.name, kind="user", hide_phone=True),
        Col.of(Gift.purpose, show=False),
        Col("amount", _l("Value"), Gift.amount, kind="money", currency=Gift.currency, show=False),
        Col("currency", _l("Currency"), Gift.currency, show=False),
        Col("occasion", _l("Show or interaction"), sa.func.coalesce(OCCASION.label, ""), show=False),
        Col.of(Gift.decision_note, show=False),
    ),
    sums=("usd",),
    filters=(
        Filter.of(Gift.state, kind="many"),
        Filter.of(Gift.direction),
        Filter.of(Gift.kind),
        Filter("officials", _l("Officials only"), "bool", lambda _x: Gift.official != OfficialKind.none),
        Filter("mine", _l("Mine"), "bool", lambda _x, actor: Gift.user_id == actor.id, takes_actor=True),
        Filter("decide", _l("Waiting for my decision"), "bool", _waits_for_me, takes_actor=True),
        Filter("staff", _l("Our staff"), "choice", _staff_condition, list_staff_choices, takes_actor=True),
        Filter("team", _l("Team"), "many", _team_condition, list_team_choices),
        Filter(
            "confidential",
            _l("Confidential"),
            "choice",
            lambda value: Gift.confidential if value == "yes" else sa.not_(Gift.confidential),
            (("yes", _l("Yes")), ("no", _l("No"))),
        ),
        Filter("year", _l("This year"), "bool", _this_year, takes_actor=True),
        Filter("from", _l("From"), "date", lambda day: Gift.given_on >= day),
        Filter("to", _l("To"), "date", lambda day: Gift.given_on <= day),
        record_filter("person", _l("Person"), Gift.person_id),
        record_filter("of", _l("Organization"), Gift.organization_id),
        record_filter("at", _l("Show or interaction"), Gift.occasion_id),
    ),
    views=(
        View("approval", _l("Needs approval"), {"state": GiftState.needs_approval.value}),
        View("officials", _l("Officials"), {"officials": "1"}),
        View("year", _l("This year"), {"year": "1"}),
        View("mine", _l("Mine"), {"mine": "1"}),
    ),
)
