"""The panels of each record's page, in their order: left of the timeline, and right of it."""

from __future__ import annotations

from dataclasses import dataclass

from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.web.panels import AnyPanel, Fact, Facts
from crm.core.words import _
from crm.desk.queries import RecordSummary
from crm.opportunities import panels as opportunities
from crm.products import panels as products
from crm.products.models import Product
from crm.projects import panels as projects
from crm.projects.models import Need
from crm.records import panels as records


@dataclass(frozen=True)
class Sides:
    """The panels left and right of a record's timeline."""

    left: tuple[AnyPanel, ...]
    right: tuple[AnyPanel, ...]


def sides(left: list[AnyPanel], right: list[AnyPanel]) -> Sides:
    """Return both sides without the panels that have nothing to show."""
    return Sides(tuple(filter(None, left)), tuple(filter(None, right)))


def product_panels(actor: Actor, row: Product, summary: RecordSummary) -> Sides:
    """Return the panels of a product's page."""
    return sides(
        left=[products.build_product_facts(row), *record_panels(actor, row, summary)],
        right=[opportunities.build_record_opportunities(actor, row)],
    )


def need_panels(actor: Actor, row: Need, summary: RecordSummary) -> Sides:
    """Return the panels of a need's page."""
    return sides(
        left=[projects.build_need_facts(row), *record_panels(actor, row, summary)],
        right=[opportunities.build_record_opportunities(actor, row)],
    )


def record_panels(actor: Actor, record: Record, summary: RecordSummary) -> list[AnyPanel]:
    """Return the panels that every record's page ends with on its left side."""
    return [records.build_files(actor, record, summary.files), build_record_facts(record, summary)]


def build_record_facts(record: Record, summary: RecordSummary) -> Facts:
    """Return who is responsible for a record, who reads it, and when it was created and changed."""
    created = [formats.day(record.created_at), summary.created_by]
    return Facts(
        title=_("Record"),
        pairs=(
            Fact(_("Counselor"), summary.counselor),
            Fact(_("Last interaction"), formats.ago(summary.last_interaction_at)),
            Fact(_("Readers"), ", ".join(summary.readers)),
            Fact(_("Created"), ", ".join(part for part in created if part)),
            Fact(_("Changed"), formats.ago(record.changed_at)),
        ),
    )
