"""Makes rows of milestones, as the services of impact would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from crm.impact.models import Milestone
from crm.impact.policy import Confirmation, MilestoneKind, MilestoneStatus, PublishConsent

from .specs import OrganizationRef
from .writer import RecordWriter, name_columns, tokens


@dataclass(frozen=True, kw_only=True)
class MilestoneSpec:
    """The values of a milestone. Without a title it has its type and `about`, the opportunity or the client."""

    client: OrganizationRef
    by: str
    made_at: datetime
    type: MilestoneKind
    on: date
    about: str
    title: str = ""
    status: MilestoneStatus = MilestoneStatus.actual
    opportunity_id: int | None = None
    show_id: int | None = None
    amount: Decimal | None = None
    currency: str = "USD"
    jobs: int | None = None
    country: str | None = None
    funder_id: int | None = None
    confirmed_on: date | None = None
    confirmed_how: Confirmation | None = None
    confirmed_by_name: str | None = None
    publish: PublishConsent = PublishConsent.not_asked
    evidence: str | None = None


def add_milestone(writer: RecordWriter, spec: MilestoneSpec) -> int:
    """Add a milestone; it was reported when it was made."""
    title = (spec.title or f"{spec.type.label.text}: {spec.about}")[:200]
    milestone_id = writer.inserter.record(
        Milestone,
        **writer.stamp(spec.by, spec.made_at),
        **name_columns(title, None, [tokens(spec.client.label, spec.client.native)]),
        title=title,
        team_id=spec.client.team_id,
        counselor_id=spec.client.counselor_id or writer.users[spec.by],
        client_id=spec.client.id,
        opportunity_id=spec.opportunity_id,
        show_id=spec.show_id,
        type=spec.type,
        status=spec.status,
        amount=spec.amount,
        currency=spec.currency,
        jobs=spec.jobs,
        country=spec.country,
        funder_id=spec.funder_id,
        on=spec.on,
        reported_on=spec.made_at.date(),
        confirmed_on=spec.confirmed_on,
        confirmed_how=spec.confirmed_how,
        confirmed_by_name=spec.confirmed_by_name,
        publish=spec.publish,
        evidence=spec.evidence,
    )
    writer.add_history(milestone_id, "milestone", spec.by, spec.made_at)
    return milestone_id
