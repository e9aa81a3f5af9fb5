"""The groups of each kind of records by every choice of custom reports, in plain Python over exported rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crm.calendars import add_months
from crm.core.data.record import Record
from crm.core.data.record_dates import RecordDates
from crm.followups.models import FollowUp
from crm.impact.models import Milestone
from crm.interactions.models import Interaction, InteractionClient, InteractionStaff
from crm.opportunities.models import Opportunity
from crm.organizations.models import Client, Organization, OrganizationRoleLink, OrganizationSector
from crm.people.models import Person, Representation
from crm.products.models import Product
from crm.projects.models import Need, Project, ProjectSector
from crm.shows.models import Show
from tests.reports.random_records import Row, local_day, plain_rows

Values = Callable[[Row], list[Any]]
Groups = dict[str, Values]


def of(name: str) -> Values:
    """Return how to read the only key of a row; None for an empty one."""
    return lambda row: [None if row[name] == "" else row[name]]


def days(name: str, read: Callable[[Row], Any]) -> Groups:
    """Return the keys of a day by month, quarter, year, federal (October to September) and state fiscal year."""

    def by(write: Callable[[Any], str]) -> Values:
        return lambda row: [write(day) if (day := read(row)) is not None else None]

    return {
        f"{name}.month": by(lambda day: f"{day:%Y-%m}"),
        f"{name}.quarter": by(lambda day: f"{day.year}-Q{1 + (day.month - 1) // 3}"),
        f"{name}.year": by(lambda day: str(day.year)),
        f"{name}.fiscal": by(lambda day: f"FY{add_months(day.replace(day=1), 3).year}"),
        f"{name}.state": by(lambda day: f"SFY{add_months(day.replace(day=1), 6).year}"),
    }


def dates(name: str, column: str) -> Groups:
    """Return the keys of a column with dates."""
    return days(name, lambda row: row[column])


def moments(name: str, column: str) -> Groups:
    """Return the keys of a column with moments: those of the day in the reader's zone."""
    return days(name, lambda row: local_day(row[column]) if row[column] else None)


def linked(rows: list[Row], own: str, other: str) -> Callable[[Any], list[Any]]:
    """Return the different values that rows of a table link to a record; None for none."""
    links: dict[Any, set[Any]] = {}
    for row in rows:
        if row[other] is not None:
            links.setdefault(row[own], set()).add(row[other])
    return lambda own_id: list(links.get(own_id, {None}))


class ExpectedGroups:
    """How to read the keys and numbers of each kind of records, for a reader who may see some records."""

    def __init__(self, visible_ids: set[int]) -> None:
        self.visible_ids = visible_ids

    def record(self, name: str) -> Values:
        """Return how to read the key of another record; hidden ones are as if they were missing."""
        return lambda row: [row[name] if row[name] in self.visible_ids else None]

    def opportunities(self) -> Groups:
        """Return the keys of an opportunity."""
        counties = {row["organization_id"]: row["county"] for row in plain_rows(Client)}
        countries = {row["id"]: row["country"] for row in (*plain_rows(Organization), *plain_rows(Project))}
        sectors = linked(plain_rows(OrganizationSector), "organization_id", "sector_id")
        places = {i: country for i, country in countries.items() if i in self.visible_ids}
        return {
            "stage": of("stage"),
            "waiting": of("waiting_for"),
            "path": of("path"),
            "license": of("license_gate"),
            "certainty": of("certainty"),
            "reason": of("lost_reason_id"),
            "counselor": of("counselor_id"),
            "second_counselor": of("second_counselor_id"),
            "team": of("team_id"),
            "client": self.record("client_id"),
            "buyer": self.record("buyer_id"),
            "project": self.record("project_id"),
            "country": lambda row: [places.get(row["project_id"]) or places.get(row["buyer_id"])],
            "amount.currency": of("currency"),
            "county": lambda row: [counties.get(row["client_id"])],
            "sectors": lambda row: sectors(row["client_id"]),
            **dates("close", "close_on"),
            **moments("since", "stage_since"),
            **moments("waiting_since", "waiting_since"),
            **moments("created", "created_at"),
        }

    def interactions(self) -> Groups:
        """Return the keys of an interaction."""
        staff = linked(plain_rows(InteractionStaff), "interaction_id", "user_id")
        links = plain_rows(InteractionClient)
        funders = linked(links, "interaction_id", "funder_id")
        visible_links = [row for row in links if row["client_id"] in self.visible_ids]
        clients = linked(visible_links, "interaction_id", "client_id")
        counties = {row["organization_id"]: row["county"] or None for row in plain_rows(Client)}
        places = [row | {"county": counties.get(row["client_id"])} for row in visible_links]
        places_of = linked(places, "interaction_id", "county")
        return {
            "kind": of("type"),
            "state": of("state"),
            "reached": of("reached"),
            "inquiry": of("is_inquiry"),
            "team": of("team_id"),
            "staff": lambda row: staff(row["id"]),
            "funder": lambda row: funders(row["id"]),
            "client": lambda row: clients(row["id"]),
            "county": lambda row: places_of(row["id"]),
            **moments("date", "at"),
        }

    def milestones(self) -> Groups:
        """Return the keys of a milestone."""
        return {
            "type": of("type"),
            "status": of("status"),
            "country": of("country"),
            "publish": of("publish"),
            "how": of("confirmed_how"),
            "funder": of("funder_id"),
            "counselor": of("counselor_id"),
            "team": of("team_id"),
            "client": self.record("client_id"),
            "amount.currency": of("currency"),
            **dates("on", "on"),
            **dates("confirmed", "confirmed_on"),
            **dates("reported", "reported_on"),
        }

    def followups(self) -> Groups:
        """Return the keys of a follow-up."""
        own = {"side": of("side"), "state": of("state"), "counselor": of("counselor_id"), "team": of("team_id")}
        return own | dates("due_on", "due_on")

    def organizations(self) -> Groups:
        """Return the keys of an organization."""
        roles = linked(plain_rows(OrganizationRoleLink), "organization_id", "role")
        sectors = linked(plain_rows(OrganizationSector), "organization_id", "sector_id")
        clients = {row["organization_id"]: row for row in plain_rows(Client)}
        return self.people() | {
            "team": of("team_id"),
            "roles": lambda row: roles(row["id"]),
            "sectors": lambda row: sectors(row["id"]),
            "status": lambda row: [clients[row["id"]]["status"]],
            "county": lambda row: [clients[row["id"]]["county"]],
        }

    def people(self) -> Groups:
        """Return the keys of a person; organizations have them too."""
        last = {row["record_id"]: row["last_interaction_at"] for row in plain_rows(RecordDates) if not row["team_key"]}
        return {
            "city": of("city"),
            "country": of("country"),
            "counselor": of("counselor_id"),
            **moments("created", "created_at"),
            **days("last", lambda row: local_day(moment) if (moment := last.get(row["id"])) else None),
        }

    def projects(self) -> Groups:
        """Return the keys of a project."""
        sectors = linked(plain_rows(ProjectSector), "project_id", "sector_id")
        return {
            "city": of("city"),
            "country": of("country"),
            "counselor": of("counselor_id"),
            "phase": of("phase"),
            "source": of("source_kind"),
            "stage": of("lead_stage"),
            "sectors": lambda row: sectors(row["id"]),
            "value.currency": of("currency"),
            **moments("bid", "bid_at"),
            **moments("since", "stage_since"),
            **moments("created", "created_at"),
            **dates("heard", "heard_on"),
        }

    def needs(self) -> Groups:
        """Return the keys of a need."""
        return {"state": of("state"), "type": of("type"), **dates("by", "needed_by")}

    def products(self) -> Groups:
        """Return the keys of a product."""
        own = {"client": self.record("client_id"), "offer": of("offer"), "jurisdiction": of("jurisdiction")}
        return own | {"said_by": of("said_by"), **dates("said_on", "said_on")}

    def reps(self) -> Groups:
        """Return the keys of a China rep."""
        return {
            "client": self.record("client_id"),
            "counselor": of("counselor_id"),
            "kind": of("rep_kind"),
            "basis": of("basis"),
            "may_quote": of("may_quote"),
            "exclusive": of("exclusive"),
            "status": of("status"),
            **dates("from", "from_on"),
            **dates("to", "to_on"),
        }

    def shows(self) -> Groups:
        """Return the keys of a show."""
        own = {"kind": of("type"), "city": of("city"), "country": of("country"), "cost.currency": of("currency")}
        return own | dates("days", "starts_on") | dates("last", "ends_on")


ENTITIES: dict[str, type[Record]] = {
    "opportunities": Opportunity,
    "interactions": Interaction,
    "milestones": Milestone,
    "followups": FollowUp,
    "organizations": Organization,
    "people": Person,
    "projects": Project,
    "needs": Need,
    "products": Product,
    "reps": Representation,
    "shows": Show,
}
