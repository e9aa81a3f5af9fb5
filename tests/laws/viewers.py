"""The users of the laws, the access states of records, and who may see what. Imports nothing from `crm`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

ALL_TEAMS = frozenset({"Inland", "Bay", "Valley"})


class Expected(Enum):
    """The expected result of a request."""

    done = "may be done: 200, 303, or a refusal of what was typed"
    no_right = "403, whatever the record"
    hidden = "404, as if it were not there"
    refused = "403, seen but not theirs"


@dataclass(frozen=True)
class Viewer:
    """A person of the demo, with role and teams."""

    name: str
    role: str
    teams: frozenset[str]
    compliance: bool = False
    china_desk: bool = False


PEOPLE = {
    viewer.name: viewer
    for viewer in (
        Viewer("anna", "staff", frozenset({"Inland"})),
        Viewer("boris", "staff", frozenset({"Bay"})),
        Viewer("clara", "manager", frozenset({"Inland"})),
        Viewer("shen", "staff", ALL_TEAMS, china_desk=True),
        Viewer("dora", "staff", frozenset({"Inland"}), compliance=True),
        Viewer("nora", "network_manager", frozenset()),
        Viewer("admin", "administrator", frozenset({"Inland"})),
    )
}


@dataclass(frozen=True)
class AccessCase:
    """The access case of a record: its owners and readers. `hold` is an opportunity in export hold."""

    name: str
    team: str | None
    counselor: str
    confidential: bool = False
    readers: frozenset[str] = frozenset()
    archived: bool = False
    hold: bool = False


ACCESS_CASES = {
    access_case.name: access_case
    for access_case in (
        AccessCase("shared", None, "boris"),
        AccessCase("shared_gone", None, "anna", archived=True),
        AccessCase("inland", "Inland", "anna"),
        AccessCase("inland_dora", "Inland", "dora"),
        AccessCase("inland_gone", "Inland", "anna", archived=True),
        AccessCase("bay", "Bay", "boris"),
        AccessCase("bay_hold", "Bay", "boris", hold=True),
        AccessCase("secret_inland", "Inland", "anna", confidential=True),
        AccessCase("secret_read", "Inland", "dora", confidential=True, readers=frozenset({"boris"})),
        AccessCase("secret_bay", "Bay", "boris", confidential=True),
        AccessCase("secret_bay_hold", "Bay", "boris", confidential=True, hold=True),
    )
}


def may_see(viewer: Viewer, access_case: AccessCase) -> bool:
    """Rows "see shared", "see a team's", "see a confidential record"; compliance sees records in export hold."""
    if access_case.confidential:
        is_reader = viewer.name == access_case.counselor or viewer.name in access_case.readers
        return is_reader or (viewer.role == "manager" and access_case.team in viewer.teams)
    if access_case.team is None or viewer.role == "network_manager" or access_case.team in viewer.teams:
        return True
    return viewer.compliance and access_case.hold
