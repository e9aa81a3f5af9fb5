"""The list of impact surveys."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.lists import Col, Filter, Listing, View
from crm.core.lists.record_filters import record_filter
from crm.core.lists.text_search import contains_text
from crm.core.policy import Actor
from crm.core.words import _l

from .models import ImpactSurvey
from .policy import SurveyState
from .queries.surveys import CLIENT, PERSON, overdue_before, visible_surveys

CLIENT_NAME = sa.func.coalesce(sa.func.nullif(CLIENT.label, ""), CLIENT.native_label)


def _is_overdue(_value: object, _actor: Actor) -> sa.ColumnElement[bool]:
    return sa.and_(ImpactSurvey.state == SurveyState.sent, ImpactSurvey.sent_at < overdue_before(clock.now()))


def _is_mine(_value: object, actor: Actor) -> Any:
    return CLIENT.counselor_id == actor.id


SURVEYS = Listing(
    name="impact_surveys",
    title=_l("Impact surveys"),
    path="/milestones/surveys/",
    template="impact/surveys.html",
    entity=ImpactSurvey,
    base=visible_surveys,
    sort="-sent",
    search=lambda text: contains_text(text, CLIENT.label, CLIENT.native_label, PERSON.label, PERSON.native_label),
    cols=(
        Col("client", _l("Client"), CLIENT_NAME, kind="name"),
        Col.of(ImpactSurvey.state),
        Col("sent", _l("Sent"), ImpactSurvey.sent_at, sort=True, kind="moment"),
        Col.of(ImpactSurvey.answered_at, name="answered", hide_phone=True),
        Col("recipient", _l("Recipient"), sa.func.coalesce(PERSON.label, ""), hide_phone=True),
        Col.of(ImpactSurvey.period_from, name="from", hide_phone=True),
        Col.of(ImpactSurvey.period_to, name="to", hide_phone=True),
    ),
    filters=(
        Filter("mine", _l("Mine"), "bool", _is_mine, takes_actor=True),
        Filter.of(ImpactSurvey.state, kind="many"),
        Filter("overdue", _l("Overdue"), "bool", _is_overdue, takes_actor=True),
        record_filter("client", _l("Client"), ImpactSurvey.client_id),
    ),
    views=(
        View("waiting", _l("Needs review"), {"state": ("answered",)}),
        View("overdue", _l("Overdue"), {"overdue": "1"}, "sent"),
        View("sent", _l("Sent"), {"state": ("sent",)}),
    ),
)
