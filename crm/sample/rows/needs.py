"""Makes rows of needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from crm.projects.models import Need
from crm.projects.policy import NeedKind, NeedState

from .leads import ProjectRef
from .specs import OrganizationRef
from .writer import RecordWriter, name_columns, tokens


@dataclass(frozen=True, kw_only=True)
class NeedSpec:
    """The values of a need; `quantity` is number, unit and details."""

    title: str
    made_at: datetime
    by: str
    native: str | None = None
    type: NeedKind = NeedKind.product
    spec: str | None = None
    quantity: tuple[int | None, str | None, str | None] = (None, None, None)
    hs6: str | None = None
    certificates: str | None = None
    needed_by: date | None = None
    state: NeedState = NeedState.open


def add_need(
    writer: RecordWriter, spec: NeedSpec, lead: ProjectRef | None, organization: OrganizationRef | None = None
) -> int:
    """Add a need of a project, of an organization, or of both; it has the access of its host."""
    host: ProjectRef | OrganizationRef | None = lead or organization
    if host is None:
        raise ValueError("a need must have a project or an organization")
    number, unit, details = spec.quantity
    need_id = writer.inserter.record(
        Need,
        **writer.stamp(spec.by, spec.made_at),
        **name_columns(spec.title, spec.native, [tokens(host.label, host.native, spec.hs6)]),
        team_id=host.team_id,
        counselor_id=host.counselor_id,
        confidential=bool(lead and lead.team_id),
        project_id=lead.id if lead else None,
        organization_id=organization.id if organization else None,
        type=spec.type,
        title=spec.title,
        native_title=spec.native,
        spec=spec.spec,
        quantity_number=number,
        quantity_unit=unit,
        quantity=details,
        hs6=spec.hs6,
        certificates=spec.certificates,
        needed_by=spec.needed_by,
        state=spec.state,
    )
    if lead:
        lead.needs.append(need_id)
    return need_id
