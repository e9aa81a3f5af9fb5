"""Which sessions count for a funder, in plain Python over exported rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crm.funding.models import FunderRule
from crm.interactions.counting import RequiredFact
from crm.interactions.models import Interaction, InteractionClient, InteractionStaff, InteractionTime
from crm.interactions.policy import InteractionOutcome, InteractionState, InteractionType, SessionType
from crm.organizations.models import Client, ClientAgreement, DatedFact, Organization
from crm.organizations.policy import FactKind
from tests.reports.random_records import Row, export_rows, plain_rows

USUAL_TYPES = {
    **dict.fromkeys(
        (InteractionType.meeting, InteractionType.visit, InteractionType.introduction, InteractionType.session),
        SessionType.face_to_face,
    ),
    InteractionType.call: SessionType.telephone,
    **dict.fromkeys((InteractionType.email, InteractionType.wechat), SessionType.online),
    **dict.fromkeys((InteractionType.lead, InteractionType.note), SessionType.update_only),
}
USUALLY_REQUIRED = {"agreement", "funder", "county_or_zip", "legal_form", "founded", "staff", "sales"}


class ExpectedSessions:
    """The sessions that count for funders; confidential ones don't, but are among those of a user."""

    def __init__(self) -> None:
        self.talks = {row["id"]: row for row in export_rows(Interaction) if row["archived_at"] is None}
        self.places = {row["id"]: row for row in export_rows(Organization)}
        self.facts = {row["organization_id"]: row for row in plain_rows(Client)}
        self.agreements = sorted(
            (row for row in plain_rows(ClientAgreement) if row["on_file"]), key=lambda row: (row["from_on"], row["id"])
        )
        self.figures = [row for row in plain_rows(DatedFact) if row["number"] is not None]
        self.rules = sorted(plain_rows(FunderRule), key=lambda row: (row["from_on"], row["id"]))
        self.times = plain_rows(InteractionTime)

    def list(self, funder_id: int, first: Any, last: Any, teams: set[int] | None = None) -> list[Row]:
        """Return the sessions for a funder that count, from a day to a day; `teams` None: those of all teams."""
        sessions = []
        for link in plain_rows(InteractionClient):
            talk, place = self.talks.get(link["interaction_id"]), self.places[link["client_id"]]
            if talk is None or link["funder_id"] != funder_id or not (is_open(talk) and is_open(place)):
                continue
            if is_of_teams(teams, talk, place) and first <= talk["wall"].date() <= last:
                session = self._build(link, talk)
                sessions += [session] if self._counts(session, talk, place) else []
        return sessions

    def list_of_user(self, user_id: int, first: Any, last: Any, teams: set[int]) -> list[Row]:
        """Return the sessions of a user, held or planned, from a day to a day, each with whether it counts."""
        ids = {row["interaction_id"] for row in plain_rows(InteractionStaff) if row["user_id"] == user_id}
        sessions = []
        for link in plain_rows(InteractionClient):
            talk, place = self.talks.get(link["interaction_id"]), self.places[link["client_id"]]
            if talk is None or talk["id"] not in ids or not is_of_teams(teams, talk, place):
                continue
            is_in_time = first <= talk["wall"].date() <= last
            if is_in_time and talk["state"] in (InteractionState.held, InteractionState.planned):
                session = self._build(link, talk)
                sessions.append(session | {"is_counted": self._counts(session, talk, place), "state": talk["state"]})
        return sessions

    def _build(self, link: Row, talk: Row) -> Row:
        own = [
            row for row in self.times if (row["interaction_id"], row["client_id"]) == (talk["id"], link["client_id"])
        ]
        sums = {name: sum(row[name] for row in own) for name in ("contact", "prep", "travel")}
        users = {row["user_id"]: row["contact"] + row["prep"] for row in own}
        kind = link["session_type"] or USUAL_TYPES[talk["type"]]
        return link | sums | {"type": kind, "on": talk["wall"].date(), "team_id": talk["team_id"], "users": users}

    def _counts(self, session: Row, talk: Row, place: Row) -> bool:
        prepares = session["type"] is SessionType.prepare_only
        return (
            talk["state"] is InteractionState.held
            and session["type"] is not SessionType.update_only
            and session["countable"]
            and (prepares or talk["reached"] is InteractionOutcome.talked)
            and session["contact"] + (session["prep"] if prepares else 0) > 0
            and self._required(session) <= self._present(session, talk, place)
        )

    def _required(self, session: Row) -> set[str]:
        names = set(USUALLY_REQUIRED)
        for rule in self.rules:
            is_valid = rule["from_on"] <= session["on"] and (rule["to_on"] is None or session["on"] <= rule["to_on"])
            if rule["funder_id"] == session["funder_id"] and is_valid:
                (names.add if rule["is_required"] else names.discard)(RequiredFact(rule["requirement"]).value)
        return names

    def _present(self, session: Row, talk: Row, place: Row) -> set[str]:
        facts, day = self.facts.get(place["id"], {}), session["on"]
        signed = [x for x in self.agreements if x["organization_id"] == place["id"] and x["from_on"] <= day]
        own = {x["kind"] for x in self.figures if x["organization_id"] == place["id"] and x["as_of"] <= day}
        is_present = {
            "funder": session["funder_id"],
            "agreement": bool(signed) and (signed[-1]["to_on"] is None or day <= signed[-1]["to_on"]),
            "county_or_zip": facts.get("county") or place["postal_code"],
            "legal_form": facts.get("legal_form"),
            "founded": facts.get("founded_on"),
            "staff": FactKind.staff in own,
            "sales": FactKind.sales in own,
            "naics": facts.get("naics"),
            "english_line": talk["english_line"],
        }
        return {name for name, value in is_present.items() if value}

    def first_agreements(self) -> dict[int, Any]:
        """Return the first day of each client's first agreement."""
        return {row["organization_id"]: row["from_on"] for row in reversed(self.agreements)}


def is_of_teams(teams: set[int] | None, *rows: Row) -> bool:
    """Whether records are of these teams or shared; None: of any team."""
    return all(teams is None or row["team_id"] in {*teams, None} for row in rows)


def is_open(row: Row) -> bool:
    """Whether a record isn't confidential."""
    return not row["confidential"]


def count_long_term(sessions: Iterable[Row]) -> int:
    """Return how many clients have five hours of contact and preparation or more."""
    minutes: dict[int, int] = {}
    for row in sessions:
        minutes[row["client_id"]] = minutes.get(row["client_id"], 0) + row["contact"] + row["prep"]
    return sum(total >= 300 for total in minutes.values())
