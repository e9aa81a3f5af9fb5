"""Rows and groups of what isn't a record: assistance, referrals to partners, attendance; in plain Python."""

from __future__ import annotations

from crm.funding.models import Assistance, PartnerReferral
from crm.organizations.models import Client, Organization, OrganizationRoleLink
from crm.organizations.policy import OrganizationRole
from crm.people.models import Affiliation, Person
from crm.shows.models import Show, ShowParticipant
from crm.shows.policy import Attendance, ParticipantRole, ShowKind
from tests.reports.custom.expected_groups import ENTITIES, ExpectedGroups, Groups, dates, linked, of
from tests.reports.random_records import Row, export_rows, plain_rows

ACCESS = ("team_id", "counselor_id", "confidential")


def export_kind(name: str, visible_ids: set[int]) -> list[Row]:
    """Return the rows of a kind of records; of parts of records those that the reader may see.

    Parts have the team and the counselor of their record, and are never archived.
    """
    if name in ENTITIES:
        return export_rows(ENTITIES[name])
    if name == "attendance":
        return _export_attendance(visible_ids)
    clients = {row["id"]: row for row in export_rows(Organization)}
    counties = {row["organization_id"]: row["county"] for row in plain_rows(Client)}
    rows = plain_rows(Assistance if name == "assistance" else PartnerReferral)
    return [
        row
        | {column: clients[row["client_id"]][column] for column in ACCESS}
        | {"archived_at": None, "currency": "USD", "county": counties[row["client_id"]]}
        for row in rows
        if row["client_id"] in visible_ids
    ]


def is_visible_part(name: str, row: Row, visible_ids: set[int]) -> bool:
    """Return whether the reader may see a row; parts that aren't visible aren't exported."""
    return name not in ENTITIES or row["id"] in visible_ids


def _export_attendance(visible_ids: set[int]) -> list[Row]:
    """Return registered visitors and exhibitors of workshops that aren't archived.

    A client isn't counted beside people who worked there then and who are counted with the same status.
    """
    kinds = (ShowKind.workshop, ShowKind.webinar)
    shows = {x["id"]: x for x in export_rows(Show) if x["type"] in kinds and x["archived_at"] is None}
    people = {row["id"]: row for row in export_rows(Person)}
    guests = people | {row["id"]: row for row in export_rows(Organization)}
    rows = [
        row
        for row in plain_rows(ShowParticipant)
        if row["show_id"] in shows and {row["show_id"], row["record_id"]} <= visible_ids
        if row["going_as"] in (ParticipantRole.visitor, ParticipantRole.exhibitor)
        if row["attendance"] not in (Attendance.invited, Attendance.canceled)
    ]
    clients_with_people = {
        (place, row["show_id"], row["attendance"])
        for row in rows
        if row["record_id"] in people and not people[row["record_id"]]["confidential"]
        for place in _places_of(row, shows[row["show_id"]])
    }
    result = []
    for row in rows:
        guest, show = guests[row["record_id"]], shows[row["show_id"]]
        if (row["record_id"], row["show_id"], row["attendance"]) in clients_with_people:
            continue
        own = {name: show[name] for name in ("type", "city", "country", "funder_id", "starts_on")}
        own |= {name: guest[name] for name in ACCESS} | {"archived_at": None, "places": _places_of(row, show)}
        own |= {"event_counselor_id": show["counselor_id"]}
        result.append(row | own | {"confidential": guest["confidential"] or show["confidential"]})
    return result


def _places_of(row: Row, show: Row) -> set[int]:
    """Return where a person worked on the days of a show."""
    return {
        x["organization_id"]
        for x in plain_rows(Affiliation)
        if x["person_id"] == row["record_id"]
        and (x["from_on"] is None or x["from_on"] <= show["ends_on"])
        and (x["to_on"] is None or x["to_on"] >= show["starts_on"])
    }


class ExpectedPartGroups(ExpectedGroups):
    """How to read the keys of parts of records, too."""

    def assistance(self) -> Groups:
        """Return the keys of assistance."""
        days = dates("on", "on") | dates("report_due_on", "report_due_on")
        days |= dates("report_received_on", "report_received_on")
        return self._of_client() | days | {"activity": of("activity"), "state": of("state"), "award": of("award_id")}

    def partner_referrals(self) -> Groups:
        """Return the keys of a referral to a partner."""
        own = {"partner": of("partner"), "has_result": lambda row: [row["result"] is not None]}
        return self._of_client() | own | dates("on", "on")

    def _of_client(self) -> Groups:
        own = {"client": self.record("client_id"), "county": of("county")}
        return own | {"counselor": of("counselor_id"), "team": of("team_id")}

    def attendance(self) -> Groups:
        """Return the keys of an attendee."""
        roles = linked(plain_rows(OrganizationRoleLink), "organization_id", "role")
        clients = {
            row["id"]
            for row in export_rows(Organization)
            if OrganizationRole.client in roles(row["id"]) and row["id"] in self.visible_ids
            if not row["confidential"]
        }
        return {
            "event": self.record("show_id"),
            "attendee": self.record("record_id"),
            "client": lambda row: list({row["record_id"], *row["places"]} & clients) or [None],
            "counselor": of("counselor_id"),
            "team": of("team_id"),
            "event_counselor": of("event_counselor_id"),
            "funder": of("funder_id"),
            "city": of("city"),
            "country": of("country"),
            "type": of("type"),
            "status": of("attendance"),
            "going_as": of("going_as"),
            **dates("on", "starts_on"),
        }
