"""Kinds and states of milestones, what confirms them, and the dates of surveys. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from crm.calendars import add_months
from crm.core.policy import RULES, Actor, Rule, is_signed_in, may_edit, may_see
from crm.core.words import LabeledEnum, _l, _p


class MilestoneKind(LabeledEnum):
    """The type of a result that a client achieved."""

    export_sale = "export_sale", _l("Export sale")
    contract = "contract", _l("Contract")
    jobs = "jobs", _l("Jobs")
    new_market = "new_market", _l("New market")
    capital = "capital", _l("Capital")
    other = "other", _l("Other")

    @property
    def has_amount(self) -> bool:
        """Whether an amount of money measures it."""
        return self in (MilestoneKind.export_sale, MilestoneKind.contract, MilestoneKind.capital, MilestoneKind.other)


class MilestoneStatus(LabeledEnum):
    """Whether a result is expected or has happened; reports never add the two."""

    expected = "expected", _l("Expected")
    actual = "actual", _l("Actual")


class Confirmation(LabeledEnum):
    """How a client confirmed a result."""

    survey = "survey", _l("Impact survey")
    email = "email", _p("message", "Email")
    letter = "letter", _l("Letter")
    phone = "phone", _l("Phone")
    meeting = "meeting", _l("Meeting")
    document = "document", _l("Contract or invoice")


class PublishConsent(LabeledEnum):
    """Whether the client agrees that the result is published as a success story."""

    not_asked = "not_asked", _l("Not asked")
    with_name = "with_name", _l("Yes, with the company's name")
    without_name = "without_name", _l("Yes, without the name")
    refused = "refused", _l("No")


class SurveyState(LabeledEnum):
    sent = "sent", _l("Sent")
    answered = "answered", _l("Needs review")
    accepted = "accepted", _l("Accepted")
    declined = "declined", _l("Declined")
    canceled = "canceled", _l("Canceled")


class SurveyRefusal(LabeledEnum):
    """Why someone who may be emailed gets no survey of a client."""

    departed = "departed", _l("No longer works at the client")
    no_address = "no_address", _l("No email address")


SURVEY_MONTHS = 6
SURVEY_YEARS = 4
"""How often and how long a client is surveyed after an award (Washington STEP export vouchers)."""
LINK_DAYS = 45
"""How long the link of a survey can be used."""
OVERDUE_DAYS = 21
"""After how many days an unanswered survey is overdue."""
NOTICE_DAYS = 7
"""How many days before a survey is due its counselor is reminded."""


def survey_dates(starts_on: date, every_months: int, until_on: date) -> list[date]:
    """Return the dates of the surveys after an award or a contract, up to and including the last day."""
    dates = []
    number = 1
    while (day := add_months(starts_on, every_months * number)) <= until_on:
        dates.append(day)
        number += 1
    return dates


def next_survey_on(starts_on: date, every_months: int, until_on: date, after: date) -> date | None:
    """Return the first date of the schedule after a day; None when the schedule is over."""
    return next((day for day in survey_dates(starts_on, every_months, until_on) if day > after), None)


def last_survey_on(starts_on: date) -> date:
    """Return until when a client is surveyed by default."""
    return add_months(starts_on, SURVEY_YEARS * 12)


def last_day_of_link(expires_at: datetime) -> date:
    """Return the day that texts name as the last one of a link: wherever it is opened, it works on that day."""
    return (expires_at - timedelta(days=1)).date()


def sees_money(actor: Actor) -> bool:
    """Users without the limit that hides sales: an answer has the client's export sales."""
    return not actor.hides_money


RULES["milestone:see"] = Rule(is_signed_in, may_see, "View milestones and the chain that led to them.")
RULES["milestone:make"] = Rule(is_signed_in, may_edit, "Add a milestone.")
RULES["milestone:edit"] = Rule(is_signed_in, may_edit, "Edit and confirm a milestone.")
RULES["survey:see"] = Rule(is_signed_in, may_see, "View impact surveys and their schedules.")
RULES["survey:edit"] = Rule(is_signed_in, may_edit, "Send impact surveys, change their schedules, and decline answers.")
RULES["survey:accept"] = Rule(sees_money, may_edit, "Accept answers to impact surveys, which have export sales.")
