"""The filters of the list of opportunities; some are also those of the board."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from crm.core import clock
from crm.core.forms.choice_sources import CURRENCIES, country_choices
from crm.core.forms.params import parse_day
from crm.core.lists import Filter
from crm.core.lists.derive import enum_choices
from crm.core.lists.record_filters import record_filter, related_filter
from crm.core.lists.staff_filters import list_counselor_choices, list_team_choices, list_user_choices
from crm.core.policy import Actor, Right
from crm.core.words import _l
from crm.followups.enums import NextStepState
from crm.reference.queries import list_lost_reasons, sector_filter_choices

from . import change_conditions as changes
from . import conditions as c
from . import part_conditions as part
from .models import Opportunity
from .past import past_stage
from .policy import ACTIVE_STAGES, ChangedField, OpportunityStage, StageGroup
from .stages import stages_from

CHANGED_DAYS = 7
STATES = (
    ("open", _l("Open")),
    ("signed", _l("Signed")),
    ("resting", _l("Dormant or on hold")),
    ("over", _l("Lost or withdrawn")),
)
CHANGES = (
    ("won", _l("Signed in the last 7 days")),
    ("lost", _l("Lost in the last 7 days")),
    ("new", _l("New in the last 7 days")),
    ("moved", _l("Stage changed in the last 7 days")),
    ("slipped", _l("Close date slipped in the last 7 days")),
    ("sooner", _l("Close date moved up in the last 7 days")),
    ("amount", _l("Amount changed in the last 7 days")),
    ("reassigned", _l("Reassigned in the last 7 days")),
)
YES_NO = (("yes", _l("Yes")), ("no", _l("No")))
CODES = tuple((code, code) for code in CURRENCIES)


def _teams(actor: Actor) -> tuple[tuple[str, object], ...]:
    if Right.compliance in actor.rights:
        # Compliance sees opportunities on export hold of every team.
        actor = replace(actor, is_system=True)
    return list_team_choices(actor)


def _counselor(value: str) -> c.Condition:
    return Opportunity.counselor_id.is_(None) if value == "0" else Opportunity.counselor_id == int(value)


def _changed_condition(value: str, actor: Actor) -> c.Condition:
    today = clock.today(actor.zone)
    day = today - timedelta(days=CHANGED_DAYS)
    span = c.day_start(day, actor.zone), c.day_start(today + timedelta(days=1), actor.zone)
    match value:
        case "new":
            return c.created_since(day, actor)
        case "won":
            return changes.signed_between(*span)
        case "lost":
            return changes.lost_between(*span)
        case "slipped":
            return changes.has_change_between(ChangedField.close, *span, changes.is_close_delayed())
        case "sooner":
            return changes.has_change_between(ChangedField.close, *span, changes.is_close_advanced())
    fields = {"moved": ChangedField.stage, "amount": ChangedField.amount, "reassigned": ChangedField.counselor}
    return changes.has_change_between(fields[value], *span)


def _signed_condition(value: str, actor: Actor) -> c.Condition:
    """Return the condition for a range of days such as "2026-10-01..2027-09-30", both included."""
    first, last = (parse_day(text) for text in value.split(".."))
    return changes.signed_between(c.day_start(first, actor.zone), c.day_start(last + timedelta(days=1), actor.zone))


def _lost_condition(value: str, actor: Actor) -> c.Condition:
    """Return the condition for a range of days, and a stage that was lost from: "2026-10-01..2027-09-30:quoted"."""
    days, _sep, code = value.partition(":")
    first, last = (parse_day(text) for text in days.split(".."))
    span = c.day_start(first, actor.zone), c.day_start(last + timedelta(days=1), actor.zone)
    return changes.lost_from_between(OpportunityStage.from_code(code), *span) if code else changes.lost_between(*span)


def _stage_on_day_condition(value: str, actor: Actor) -> c.Condition:
    """Return the condition for a day and a stage or "open", such as "2026-10-31:quoted": the stage after that day."""
    day, _sep, code = value.partition(":")
    end = c.day_start(parse_day(day) + timedelta(days=1), actor.zone)
    stages = c.OPEN if code == "open" else (OpportunityStage.from_code(code),)
    return sa.and_(Opportunity.created_at < end, past_stage(end).in_(stages))


def _slipped_from(value: str) -> c.Condition:
    """Return the condition for days such as "2026-10-01..2026-10-31" that the close date slipped out of."""
    first, last = (parse_day(text).isoformat() for text in value.split(".."))
    return changes.has_slipped_out_of(first, last)


def _created_condition(value: str, actor: Actor) -> c.Condition:
    """Return the condition for a range of days of creation such as "2026-10-01..2027-09-30", both included."""
    first, last = (parse_day(text) for text in value.split(".."))
    end = c.day_start(last + timedelta(days=1), actor.zone)
    return sa.and_(Opportunity.created_at >= c.day_start(first, actor.zone), Opportunity.created_at < end)


def _reached_condition(value: str) -> c.Condition:
    """Return the condition for having reached a stage or a later one."""
    return changes.has_reached(stages_from(OpportunityStage.from_code(value)))


def _reasons(_actor: Actor) -> tuple[tuple[str, object], ...]:
    return (*((str(i), name) for i, name in list_lost_reasons().items()), ("0", _l("No reason")))


def _reason(value: str) -> c.Condition:
    return Opportunity.lost_reason_id == int(value) if int(value) else Opportunity.lost_reason_id.is_(None)


def _slipped_condition(value: str) -> c.Condition:
    has_slipped = changes.has_slipped()
    return has_slipped if value == "yes" else sa.not_(has_slipped)


def _priced_condition(value: str) -> c.Condition:
    return Opportunity.amount.is_not(None) if value == "yes" else Opportunity.amount.is_(None)


BOTH = (
    Filter("mine", _l("Mine"), "bool", lambda _x, a: Opportunity.counselor_id == a.id, takes_actor=True),
    Filter("team", _l("Team"), "many", lambda x: Opportunity.team_id.in_(list(map(int, x))), _teams),
    Filter("counselor", _l("Counselor"), "choice", _counselor, list_counselor_choices),
    Filter(
        "second",
        _l("Second counselor"),
        "choice",
        lambda x: Opportunity.second_counselor_id == int(x),
        list_user_choices,
    ),
    Filter.of(Opportunity.path),
    Filter.of(Opportunity.waiting_for, name="waiting", kind="many"),
    Filter("light", _l("Next step"), "choice", c.has_next_step_state, enum_choices(NextStepState), takes_actor=True),
)
"""Filters of the list and of the board."""

ONLY_LIST = (
    Filter("state", _l("Status"), "choice", c.is_in_state, STATES),
    Filter("group", _l("Stage group"), "choice", c.is_in_group, enum_choices(StageGroup)),
    Filter.of(Opportunity.stage, kind="many"),
    record_filter("client", _l("Client"), Opportunity.client_id),
    record_filter("project", _l("Project"), Opportunity.project_id),
    record_filter("buyer", _l("Prime or buyer"), Opportunity.buyer_id),
    Filter(
        "aged",
        _l("Overdue in stage"),
        "choice",
        lambda x, a: c.is_overdue_in_stage(a) if x == "yes" else sa.not_(c.is_overdue_in_stage(a)),
        YES_NO,
        takes_actor=True,
    ),
    Filter("closes_from", _l("Close date from"), "date", lambda x: c.closes_between(x, None)),
    Filter("closes_before", _l("Close date to"), "date", lambda x: c.closes_between(None, x)),
    Filter("likely", _l("Likely to close"), "choice", lambda x: c.is_likely(likely=x == "yes"), YES_NO),
    Filter("slipped", _l("Close date slipped"), "choice", _slipped_condition, YES_NO),
    Filter.of(Opportunity.currency, kind="choice", choices=CODES),
    Filter("priced", _l("Has amount"), "choice", _priced_condition, YES_NO),
    Filter.of(Opportunity.license_gate, name="license", kind="many"),
    Filter("since", _l("In stage since"), "date", c.entered_stage_since, takes_actor=True),
    Filter("changed", _l("Changed"), "choice", _changed_condition, CHANGES, takes_actor=True),
    Filter("signed", _l("Signed between"), "text", _signed_condition, takes_actor=True),
    Filter("lost", _l("Lost between"), "text", _lost_condition, takes_actor=True),
    Filter("county", _l("County of the client"), "text", part.is_of_county),
    Filter(
        "country",
        _l("Country"),
        "choice",
        part.is_in_country,
        lambda _a: (*country_choices(), ("-", _l("Unknown"))),
        takes_actor=True,
    ),
    Filter(
        "sector",
        _l("Sector of the client"),
        "choice",
        part.is_in_sector,
        sector_filter_choices,
    ),
    record_filter("rep", _l("China rep"), Opportunity.representation_id),
    related_filter("source", _l("Source of the project"), part.has_source),
    related_filter("discussed", _l("Discussed at"), part.was_discussed_at),
    Filter("slipped_from", _l("Close date moved out of"), "text", _slipped_from),
    Filter("created", _l("Created between"), "text", _created_condition, takes_actor=True),
    Filter("reached", _l("Reached stage"), "choice", _reached_condition, enum_choices(ACTIVE_STAGES)),
    Filter("reason", _l("Lost reason"), "choice", _reason, _reasons),
    Filter("was", _l("Stage on a past day"), "text", _stage_on_day_condition, takes_actor=True),
    Filter("confidential", _l("Confidential"), "choice", lambda x: Opportunity.confidential.is_(x == "yes"), YES_NO),
)
