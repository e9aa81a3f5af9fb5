"""Add a whole lead: the project, its parties with their people, its needs, and what isn't known yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from crm.core.data.record import find_visible
from crm.core.policy import Actor
from crm.organizations.queries import get_post
from crm.people.queries import get_person
from crm.people.services import add_affiliation
from crm.projects.models import Project
from crm.projects.policy import ProjectRole, SourceKind, reached_stage
from crm.projects.queries import load_met_tests
from crm.records.policy import EvidenceState
from crm.records.services import set_evidence

from .leads import move_lead
from .needs import save_need
from .projects import add_project, save_party

WEB_ADDRESS = re.compile(r"(?:https?://|www\.)\S", re.IGNORECASE)


def add_lead(actor: Actor, values: Mapping[str, Any], *, uid: str | None = None) -> Project:
    """Add a project with its `parties` and `needs` (dicts), and the tests in `unknown` as “Not known yet”.

    Needs are of the project and its prime. A person who was created for a party works there. Without a source type
    the source decides. The lead begins in the stage before which all tests are met. Raises Invalid, NotFound.
    """
    row = add_project(actor, {**values, "source_kind": _source_kind(actor, values)}, uid=uid)
    for party in values["parties"]:
        save_party(row, party)
        if party["is_new_person"]:
            person = get_person(actor, party["person_id"])
            add_affiliation(actor, person, {"organization_id": party["organization_id"]})
    primes = [p["organization_id"] for p in values["parties"] if p["role"] is ProjectRole.prime]
    for need in values["needs"]:
        save_need(actor, {**need, "project_id": row.id, "organization_id": primes[0] if primes else None})
    for test in set(values["unknown"]) - load_met_tests(row):
        set_evidence(actor, row, test.value, EvidenceState.not_known)
    stage = reached_stage(load_met_tests(row))
    if stage is not row.lead_stage:
        move_lead(actor, row, stage)
    return row


def _source_kind(actor: Actor, values: Mapping[str, Any]) -> SourceKind | None:
    """Return the type of the source: the chosen one, else that of the record or of a web address; None if unclear."""
    if values.get("source_kind"):
        return values["source_kind"]  # type: ignore[no-any-return]
    source = find_visible(actor, values.get("source_id"))
    if source is None:
        return SourceKind.web_page if WEB_ADDRESS.match(values.get("source_note") or "") else None
    if source.kind == "organization":
        return SourceKind.post if get_post(source.id) else None
    return SourceKind.from_code(source.kind)
