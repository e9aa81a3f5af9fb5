"""Who is counted at workshops and webinars, in plain Python over exported rows."""

from __future__ import annotations

from typing import Any

from crm.organizations.models import Organization
from crm.people.models import Affiliation, Person
from crm.shows.models import Show, ShowParticipant
from crm.shows.policy import ParticipantRole, ShowKind
from tests.reports.random_records import Row, export_rows, plain_rows


def list_events(teams: set[int] | None, first: Any, last: Any) -> list[Row]:
    """Return the workshops and webinars that begin from a day to a day; `teams` None: those of all teams."""
    shows = [row for row in export_rows(Show) if row["type"] in (ShowKind.workshop, ShowKind.webinar)]
    return [
        row
        for row in shows
        if row["archived_at"] is None and _is_counted(row, teams) and first <= row["starts_on"] <= last
    ]


def list_attendees(event: Row, teams: set[int] | None) -> list[Row]:
    """Return the visitors and exhibitors of an event with their records.

    A client isn't counted beside people who worked there then and who are counted with the same status.
    """
    guests = {
        row["id"]: row | {"is_client": entity is Organization}
        for entity in (Organization, Person)
        for row in export_rows(entity)
        if _is_counted(row, teams)
    }
    places = [(row["person_id"], row["organization_id"]) for row in plain_rows(Affiliation) if _is_then(row, event)]
    own = [
        guests[row["record_id"]] | {"attendance": row["attendance"]}
        for row in plain_rows(ShowParticipant)
        if row["show_id"] == event["id"] and row["record_id"] in guests
        if row["going_as"] in (ParticipantRole.visitor, ParticipantRole.exhibitor)
    ]
    statuses = {(place, row["attendance"]) for row in own for person, place in places if person == row["id"]}
    return [row for row in own if not (row["is_client"] and (row["id"], row["attendance"]) in statuses)]


def _is_then(position: Row, event: Row) -> bool:
    has_begun = position["from_on"] is None or position["from_on"] <= event["ends_on"]
    return has_begun and (position["to_on"] is None or position["to_on"] >= event["starts_on"])


def _is_counted(row: Row, teams: set[int] | None) -> bool:
    return not row["confidential"] and (teams is None or row["team_id"] in {*teams, None})
