"""The panels of each record's page, in their order: left and right of the timeline, above and below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from crm.compliance import panels as compliance
from crm.core import clock
from crm.core.data.record import Record
from crm.core.policy import Actor
from crm.core.web.panels import AnyPanel
from crm.desk.common_panels import build_record_facts, build_staff_contacts
from crm.desk.profiles import OrganizationProfile, ProjectProfile
from crm.desk.queries import RecordSummary
from crm.desk.tariff_scope import find_market, load_hs_codes
from crm.followups import panels as followups
from crm.funding import panels as funding
from crm.impact import panels as impact
from crm.impact import survey_panels as surveys
from crm.introductions import panels as introductions
from crm.matching import panels as matching
from crm.merging import panels as merging
from crm.opportunities import lead_panels
from crm.opportunities import panels as opportunities
from crm.opportunities.evidence import ExitTests
from crm.opportunities.history import list_changes
from crm.opportunities.models import Opportunity
from crm.opportunities.policy import OpportunityStage
from crm.organizations import panels as organizations
from crm.organizations.models import Organization
from crm.people import panels as people
from crm.people import rep_panels
from crm.people.models import Person, Representation
from crm.people.queries import AffiliationRow, load_representation
from crm.products import panels as products
from crm.products.models import Product
from crm.projects import panels as projects
from crm.projects import structure_panels as structure
from crm.projects.models import Need, Project
from crm.records import panels as records
from crm.reminders import panels as reminders
from crm.tariffs import panels as tariffs


@dataclass(frozen=True)
class RecordPanels:
    """The panels around a record's timeline."""

    left: tuple[AnyPanel, ...]
    right: tuple[AnyPanel, ...]
    above: tuple[AnyPanel, ...]
    below: tuple[AnyPanel, ...]


def arrange(
    *,
    on_left: Sequence[AnyPanel | None],
    on_right: Sequence[AnyPanel | None],
    above: Sequence[AnyPanel | None] = (),
    below: Sequence[AnyPanel | None] = (),
) -> RecordPanels:
    """Return the panels without those that have nothing to show."""
    return RecordPanels(*(tuple(filter(None, panels)) for panels in (on_left, on_right, above, below)))


def organization_panels(
    actor: Actor, row: Organization, summary: RecordSummary, profile: OrganizationProfile
) -> RecordPanels:
    """Return the panels of an organization's page; some only for clients, primes or posts."""
    client, prime, post = profile.client, profile.prime, profile.post
    return arrange(
        on_left=[
            records.build_contact_points(summary.points, url_for("organizations.edit", id=row.id)),
            organizations.build_organization_facts(row, profile.parent),
            followups.build_cadence(actor, row, *summary.cadence),
            organizations.build_client_facts(client) if client else None,
            organizations.build_agreements(row.id) if client else None,
            organizations.build_key_figures(actor, row.id) if client else None,
            organizations.build_prime_facts(prime) if prime else None,
            organizations.build_post_facts(post) if post else None,
            organizations.build_owners(actor, row, is_client=client is not None),
            *record_panels(actor, row, summary),
        ],
        on_right=[
            opportunities.build_record_opportunities(actor, row, may_add=client is not None),
            impact.build_milestones(actor, row, may_add=client is not None) if client or post else None,
            surveys.build_surveys(actor, row) if client else None,
            surveys.build_plans(actor, row) if client else None,
            people.build_post_roles(actor, row.id) if post else None,
            lead_panels.build_reported_leads(actor, row.id) if post else None,
            people.build_members(actor, row.id),
            build_staff_contacts(actor, row),
            introductions.build_introductions(actor, row) if client else None,
            rep_panels.build_organization_reps(actor, row.id, is_client=client is not None),
            products.build_client_products(actor, row) if client else None,
            matching.build_matches(actor, of="client", record_id=row.id) if client else None,
            projects.build_organization_projects(actor, row.id),
            projects.build_organization_needs(actor, row.id, is_prime=prime is not None),
            structure.build_registrations(actor, row, is_client=True) if client else None,
            funding.build_client_time(actor, row) if client else None,
            funding.build_assistance(actor, row) if client else None,
            funding.build_referrals(actor, row) if client else None,
            structure.build_registrations(actor, row, is_client=False) if prime else None,
            compliance.build_record_gifts(actor, row, may_add=client is None),
            organizations.build_subsidiaries(actor, row.id),
        ],
    )


def person_panels(
    actor: Actor, row: Person, summary: RecordSummary, affiliations: Sequence[AffiliationRow]
) -> RecordPanels:
    """Return the panels of a person's page."""
    return arrange(
        on_left=[
            records.build_contact_points(summary.points, url_for("people.edit", id=row.id)),
            people.build_names(row),
            followups.build_cadence(actor, row, *summary.cadence),
            people.build_more_facts(row),
            *record_panels(actor, row, summary),
        ],
        on_right=[
            opportunities.build_record_opportunities(actor, row),
            people.build_positions(actor, row, affiliations),
            build_staff_contacts(actor, row),
            people.build_relations(actor, row),
            rep_panels.build_represented_clients(actor, row),
            compliance.build_record_gifts(actor, row),
        ],
    )


def project_panels(
    actor: Actor, row: Project, summary: RecordSummary, profile: ProjectProfile, next_on: date | None
) -> RecordPanels:
    """Return the panels of a project's page; `next_on` is the date of the next step."""
    return arrange(
        on_left=[
            projects.build_key_dates(row, next_on),
            projects.build_source(row, profile.source),
            projects.build_project_facts(row, profile.sectors, profile.answers.unknown),
            *record_panels(actor, row, summary),
        ],
        on_right=[
            projects.build_parties(actor, row, profile.parties, profile.screening),
            structure.build_packages(actor, row),
            reminders.build_planned(actor, row, clock.now()),
            opportunities.build_record_opportunities(actor, row),
            impact.build_milestones(actor, row),
            matching.build_matches(actor, of="project", record_id=row.id),
            projects.build_lead_moves(row.id),
        ],
    )


def need_panels(actor: Actor, row: Need, summary: RecordSummary) -> RecordPanels:
    """Return the panels of a need's page."""
    return arrange(
        on_left=[projects.build_need_facts(actor, row), *record_panels(actor, row, summary)],
        on_right=[
            matching.build_matches(actor, of="need", record_id=row.id),
            introductions.build_introductions(actor, row),
            opportunities.build_record_opportunities(actor, row),
            tariffs.build_tariff_notes(
                actor, [row.hs6], find_market(actor, row.project_id, row.organization_id) if row.hs6 else None
            ),
        ],
    )


def opportunity_panels(
    actor: Actor, row: Opportunity, summary: RecordSummary, tests: ExitTests, chance: int | None
) -> RecordPanels:
    """Return the panels of an opportunity's page; `chance` in percent."""
    changes = list_changes(row.id)
    return arrange(
        on_left=[
            opportunities.build_opportunity_facts(actor, row, chance, changes),
            opportunities.build_checklist(actor, row, tests),
            *record_panels(actor, row, summary),
        ],
        on_right=[
            opportunities.build_related_records(actor, row),
            reminders.build_planned(actor, row, clock.now()) if row.stage is OpportunityStage.dormant else None,
            impact.build_milestones(actor, row),
            introductions.build_introductions(actor, row),
            tariffs.build_tariff_notes(
                actor,
                load_hs_codes(actor, row.product_id, row.need_id),
                find_market(actor, row.project_id, row.buyer_id),
            ),
        ],
        below=[opportunities.build_changes(changes)],
    )


def product_panels(actor: Actor, row: Product, summary: RecordSummary) -> RecordPanels:
    """Return the panels of a product's page."""
    return arrange(
        on_left=[products.build_product_facts(row), *record_panels(actor, row, summary)],
        on_right=[
            matching.build_matches(actor, of="product", record_id=row.id),
            opportunities.build_record_opportunities(actor, row),
            tariffs.build_tariff_notes(actor, [row.hs6]),
        ],
    )


def representation_panels(actor: Actor, row: Representation, summary: RecordSummary) -> RecordPanels:
    """Return the panels of a China rep's page."""
    return arrange(
        on_left=[
            rep_panels.build_representation_facts(row),
            products.build_represented_products(actor, row),
            *record_panels(actor, row, summary),
        ],
        on_right=[
            rep_panels.build_representation_parties(row, load_representation(actor, row)),
            impact.build_milestones(actor, row),
        ],
    )


def record_panels(actor: Actor, record: Record, summary: RecordSummary) -> list[AnyPanel | None]:
    """Return the panels that every record's page ends with on its left side."""
    return [
        records.build_files(actor, record, summary.files),
        merging.build_merged_records(actor, record),
        build_record_facts(record, summary),
    ]
