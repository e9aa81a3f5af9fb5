"""The kinds of records that custom reports are about, and reports to start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple
from urllib.parse import urlencode

from flask import url_for

from crm.core.errors import NotFound
from crm.core.hooks import LIST_REPORTS
from crm.core.lists import Listing
from crm.core.policy import Actor, can
from crm.core.words import Lazy, _l
from crm.features import load_listings


@dataclass(frozen=True)
class RecordChoice:
    """A kind of records, by the name of its list; `right` is the one to view them.

    `state` is the status with which a new report begins: others, such as canceled interactions, rarely count.
    """

    name: str
    icon: str
    right: str
    state: str | None = None

    @property
    def listing(self) -> Listing:
        """The list of all records of the kind that a reader may see."""
        return _listings()[self.name]


class Example(NamedTuple):
    """A report to start from."""

    title: Lazy
    kind: str
    params: tuple[tuple[str, str], ...]

    @property
    def query(self) -> str:
        """The choices as in the address of the builder."""
        return urlencode(self.params)


KINDS = (
    RecordChoice("opportunities", "pipeline", "opportunity:see"),
    RecordChoice("interactions", "log", "interaction:see", state="held"),
    RecordChoice("organizations", "org", "organization:see"),
    RecordChoice("people", "people", "person:see"),
    RecordChoice("projects", "project", "project:see"),
    RecordChoice("needs", "target", "need:see"),
    RecordChoice("products", "product", "product:see"),
    RecordChoice("reps", "handover", "representation:see"),
    RecordChoice("followups", "followup", "followup:see"),
    RecordChoice("milestones", "star", "milestone:see"),
    RecordChoice("shows", "show", "show:see"),
    RecordChoice("attendance", "people", "show:see"),
    RecordChoice("assistance", "target", "award:see"),
    RecordChoice("partner_referrals", "send", "partner_referral:see"),
)
EXAMPLES = (
    Example(
        _l("Opportunities by stage and counselor"),
        "opportunities",
        (("by", "stage"), ("by2", "counselor"), ("state", "open")),
    ),
    Example(
        _l("Amounts of open opportunities by stage"),
        "opportunities",
        (("by", "stage"), ("measure", "sum:amount"), ("state", "open")),
    ),
    Example(
        _l("Interactions by month and type"),
        "interactions",
        (("by", "date.month"), ("by2", "kind"), ("state", "held")),
    ),
    Example(_l("Clients by county"), "organizations", (("by", "county"), ("role", "client"))),
    Example(
        _l("Actual milestones by type and country"),
        "milestones",
        (("by", "type"), ("by2", "country"), ("status", "actual")),
    ),
    Example(_l("Attendance by event and status"), "attendance", (("by", "event"), ("by2", "status"))),
    Example(
        _l("Amounts spent on assistance by activity"),
        "assistance",
        (("by", "activity"), ("measure", "sum:spent"), ("counted", "1")),
    ),
    Example(_l("Referrals by partner and counselor"), "partner_referrals", (("by", "partner"), ("by2", "counselor"))),
    Example(_l("Follow-ups by counselor and status"), "followups", (("by", "counselor"), ("by2", "state"))),
)


@cache
def _listings() -> dict[str, Listing]:
    return {listing.name: listing for listing in load_listings()}


def find_builder_url(name: str, filters: Sequence[tuple[str, str]]) -> str:
    """Return the address of the builder with the filters of a list; "" for a list that has no reports."""
    if all(kind.name != name for kind in KINDS):
        return ""
    return f"{url_for('reports.custom_build', kind=name)}?{urlencode(filters)}".rstrip("?")


LIST_REPORTS.append(find_builder_url)


def list_kinds(actor: Actor) -> list[RecordChoice]:
    """Return the kinds that the actor may report on."""
    return [kind for kind in KINDS if can(actor, kind.right)]


def get_kind(name: str, actor: Actor) -> RecordChoice:
    """Return a kind by the name of its list. Raises NotFound."""
    kind = next((kind for kind in list_kinds(actor) if kind.name == name), None)
    if kind is None:
        raise NotFound
    return kind
