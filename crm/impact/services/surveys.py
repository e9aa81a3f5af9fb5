"""Send impact surveys, take the client's answers, and accept or decline them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from crm.calendars import local_day
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record import Record, get_visible
from crm.core.errors import Invalid
from crm.core.i18n.outside_texts import find_texts
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.put import cancel_mails
from crm.core.policy import Actor
from crm.core.tokens import hash_token, new_token
from crm.core.words import _
from crm.impact.client_texts import TEXTS
from crm.impact.mails import mail_survey, render_survey
from crm.impact.models import ImpactSurvey, Milestone
from crm.impact.policy import LINK_DAYS, Confirmation, MilestoneStatus, SurveyRefusal, SurveyState
from crm.impact.queries.recipients import find_survey_refusals
from crm.impact.queries.surveys import find_address
from crm.opportunities.models import Opportunity
from crm.organizations.queries import get_organization
from crm.people.models import Person
from crm.people.salutations import choose_salutation
from crm.people.send_times import SendTime, find_send_time

from .milestones import add_milestone

ANSWER = ("answered_by", "sales", "currency", "sale_countries", "new_countries", "jobs", "publish", "comment")
"""The columns of a survey that the client fills in."""


class SurveyPreview(NamedTuple):
    """The email of a survey, and the time for which it is scheduled, on both clocks; "" if it is sent at once."""

    email: RenderedMail
    scheduled_for: str


def send_survey(actor: Actor, values: Mapping[str, Any], *, plan_id: int | None = None) -> ImpactSurvey:
    """Send a client a survey with a new link.

    `values`: client_id, person_id, period_from, period_to; opportunity_id, language (default: the person's), note (a
    personal line in the email) and on_workday (whether it is sent on the person's next working day). Raises Invalid,
    and NotFound for records that the actor may not see.
    """
    token = new_token()
    row, host, person = _build_survey(actor, values, token)
    row.plan_id = plan_id
    db.session.add(row)
    db.session.flush()
    mail_survey(row, token, name=_name_to_write_to(person, row), host=host, note=values.get("note") or "")
    return row


def preview_survey(actor: Actor, values: Mapping[str, Any]) -> SurveyPreview:
    """Return what `send_survey` would send, and when. Raises the same."""
    with db.session.no_autoflush:
        row, host, person = _build_survey(actor, values, new_token())
        name = _name_to_write_to(person, row)
        email = render_survey(row, "...", name=name, host=host, note=values.get("note") or "")
    time = _find_send_time(actor, person) if values.get("on_workday") else None
    return SurveyPreview(email, time.text if time else "")


def _find_send_time(actor: Actor, person: Person) -> SendTime:
    return find_send_time(person.zone, person.country, actor.zone)


def _build_survey(actor: Actor, values: Mapping[str, Any], token: str) -> tuple[ImpactSurvey, Record, Person]:
    """Return a new survey that isn't stored yet, the record that it is about, and its recipient."""
    client = get_organization(actor, values["client_id"])
    person = get_visible(Person, actor, values["person_id"])
    host = _host_of(actor, client, values.get("opportunity_id"))
    address = find_address(actor, person)
    if address is None:
        raise Invalid(_("Choose a person with an email address."), "person_id")
    check_recipient(client, person.id)
    if values["period_to"] < values["period_from"]:
        raise Invalid(_("Enter an end date on or after the start date."), "period_to")
    sent_at = _find_send_time(actor, person).at if values.get("on_workday") else clock.now()
    row = ImpactSurvey(
        client_id=client.id,
        opportunity_id=values.get("opportunity_id"),
        person_id=person.id,
        address=address,
        language=find_texts(TEXTS, values.get("language") or person.mail_language).code,
        period_from=values["period_from"],
        period_to=values["period_to"],
        state=SurveyState.sent,
        token_hash=hash_token(token),
        sent_at=sent_at,
        expires_at=sent_at + timedelta(days=LINK_DAYS),
    )
    return row, host, person


def check_recipient(client: Record, person_id: int) -> None:
    """Raise Invalid for someone who doesn't work at the client or gets no email; an address may still be added."""
    refusal = find_survey_refusals([(client.id, person_id)]).get((client.id, person_id))
    if refusal is SurveyRefusal.departed:
        name = client.label or client.native_label
        raise Invalid(_("Choose a person who works at %(client)s now.", client=name), "person_id")
    if refusal not in (None, SurveyRefusal.no_address):
        raise Invalid(_("No email can be sent: %(why)s.", why=refusal), "person_id")


def _name_to_write_to(person: Person, survey: ImpactSurvey) -> str:
    """Return how a person is addressed in the language of a survey: in Chinese as noted, else by name."""
    address_as = person.address_as if survey.language.startswith("zh") else None
    return choose_salutation(address_as, person.label, person.native_label, survey.language)


def _host_of(actor: Actor, client: Record, opportunity_id: int | None) -> Record:
    """Return the opportunity that a survey is about, else the client. Raises Invalid for another client's."""
    if opportunity_id is None:
        return client
    opportunity = get_visible(Opportunity, actor, opportunity_id)
    if opportunity.client_id != client.id:
        raise Invalid(_("Choose an opportunity of this client."), "opportunity_id")
    return opportunity


def send_again(actor: Actor, row: ImpactSurvey) -> None:
    """Send an unanswered survey again with a new link, to the recipient's current address; the former link ends.

    Raises Invalid once it was answered, and for someone who left the client, gets no email or has no address.
    """
    if row.state is not SurveyState.sent:
        raise Invalid(_("This survey was answered or canceled. Send a new one."))
    person = get_visible(Person, actor, row.person_id or 0)
    client, address = get_organization(actor, row.client_id), find_address(actor, person)
    if address is None:
        raise Invalid(_("Send a new survey to someone else. This person no longer has an email address."))
    check_recipient(client, person.id)
    host = _host_of(actor, client, row.opportunity_id)
    token, now = new_token(), clock.now()
    row.address = address
    row.token_hash, row.sent_at, row.expires_at = hash_token(token), now, now + timedelta(days=LINK_DAYS)
    db.session.flush()
    mail_survey(row, token, name=_name_to_write_to(person, row), host=host)


def cancel_survey(row: ImpactSurvey) -> None:
    """End the link of a survey. Raises Invalid once its answer was accepted or declined."""
    if row.state not in (SurveyState.sent, SurveyState.answered):
        raise Invalid(_("This answer was already recorded."))
    row.state = SurveyState.canceled
    cancel_mails(db.session(), dedupe_prefix=f"impact_survey/{row.id}/")
    db.session.flush()


def save_answer(row: ImpactSurvey, values: Mapping[str, Any]) -> None:
    """Save the client's answer or its correction; the caller has checked the link."""
    for name in ANSWER:
        setattr(row, name, values[name])
    row.state, row.answered_at = SurveyState.answered, clock.now()
    db.session.flush()


def accept_answer(actor: Actor, row: ImpactSurvey, results: Sequence[Mapping[str, Any]]) -> list[Milestone]:
    """Add the milestones of an answer, as the counselor accepted or changed them: each confirmed by the client.

    `results`: type, on, amount and currency, jobs, country, funder_id. Without any, the client reported no results.
    Raises Invalid unless the answer waits for it.
    """
    _check_waiting(row)
    today = clock.today(actor.zone)
    # On the calendar of the reader, as the page shows it: reports have days, and periods end at midnight.
    answered_on = local_day(row.answered_at, actor.zone) if row.answered_at else today
    confirmed_on = min(answered_on, today)
    common = {
        "client_id": row.client_id,
        "opportunity_id": row.opportunity_id,
        "survey_id": row.id,
        "status": MilestoneStatus.actual,
        "reported_on": confirmed_on,
        "confirmed_on": confirmed_on,
        "confirmed_how": Confirmation.survey,
        "confirmed_by_id": row.person_id,
        "confirmed_by_name": row.answered_by,
        "publish": row.publish,
    }
    rows = [
        add_milestone(actor, common | dict(result) | {"note": "" if number else row.comment})
        for number, result in enumerate(results)
    ]
    _close(actor, row, SurveyState.accepted)
    return rows


def decline_answer(actor: Actor, row: ImpactSurvey, reason: str) -> None:
    """Decline an answer; the answer stays on record with the reason. Raises Invalid unless it waits for that."""
    _check_waiting(row)
    row.decline_reason = reason
    _close(actor, row, SurveyState.declined)


def _check_waiting(row: ImpactSurvey) -> None:
    if row.state is not SurveyState.answered:
        raise Invalid(_("This answer was already recorded, or the survey wasn't answered yet."))


def _close(actor: Actor, row: ImpactSurvey, state: SurveyState) -> None:
    row.state, row.reviewed_at, row.reviewed_by_id = state, clock.now(), actor.id
    db.session.flush()
