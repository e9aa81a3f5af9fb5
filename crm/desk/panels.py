"""The panels of each record's page, in their order: left and right of the timeline, above and below it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from flask import url_for

from crm.compliance import panels as compliance
from crm.core import clock
from crm.core.data.record import Record
from crm.core.policy import Actor
from crm.core.web.panels import Panel
from crm.desk.common_panels import build_record_facts, build_staff_contacts
from crm.desk.panel_plans import Build, PanelPlan, arrange
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
from crm.shows import panels as shows
from crm.tariffs import panels as tariffs


def organization_panels(
    actor: Actor, row: Organization, summary: RecordSummary, profile: OrganizationProfile
) -> PanelPlan:
    """Return the panels of an organization's page; some only for clients, primes or posts."""
    client, prime, post = profile.client, profile.prime, profile.post
    return arrange(
        on_left=[
            partial(records.build_contact_points, summary.points, url_for("organizations.edit", id=row.id)),
            partial(organizations.build_organization_facts, actor, row, profile.parent),
            partial(followups.build_cadence, actor, row, *summary.cadence),
            partial(organizations.build_client_facts, client) if client else None,
            partial(organizations.build_agreements, row.id) if client else None,
            partial(organizations.build_key_figures, actor, row.id) if client else None,
            partial(organizations.build_prime_facts, prime) if prime else None,
            partial(organizations.build_post_facts, post) if post else None,
            partial(organizations.build_owners, actor, row, is_client=client is not None),
            *record_panels(actor, row, summary),
        ],
        on_right=[
            partial(rep_panels.build_organization_reps, actor, row.id, is_client=client is not None),
            partial(opportunities.build_record_opportunities, actor, row, may_add=client is not None),
            partial(impact.build_milestones, actor, row, may_add=client is not None) if client or post else None,
            partial(surveys.build_surveys, actor, row) if client else None,
            partial(surveys.build_plans, actor, row) if client else None,
            partial(people.build_post_roles, actor, row.id) if post else None,
            partial(lead_panels.build_reported_leads, actor, row.id) if post else None,
            partial(people.build_members, actor, row.id),
            partial(build_staff_contacts, actor, row),
            partial(introductions.build_introductions, actor, row) if client else None,
            partial(products.build_client_products, actor, row) if client else None,
            partial(matching.build_matches, actor, of="client", record_id=row.id) if client else None,
            partial(projects.build_organization_projects, actor, row.id),
            partial(projects.build_organization_needs, actor, row.id, is_prime=prime is not None),
            partial(structure.build_registrations, actor, row, is_client=True) if client else None,
            partial(funding.build_client_time, actor, row) if client else None,
            partial(funding.build_assistance, actor, row) if client else None,
            partial(funding.build_referrals, actor, row) if client else None,
            partial(shows.build_events, actor, row.id) if client else None,
            partial(structure.build_registrations, actor, row, is_client=False) if prime else None,
            partial(compliance.build_record_gifts, actor, row, may_add=client is None),
            partial(organizations.build_subsidiaries, actor, row.id),
        ],
    )


def person_panels(
    actor: Actor, row: Person, summary: RecordSummary, affiliations: Sequence[AffiliationRow]
) -> PanelPlan:
    """Return the panels of a person's page."""
    return arrange(
        on_left=[
            partial(records.build_contact_points, summary.points, url_for("people.edit", id=row.id)),
            partial(people.build_names, actor, row),
            partial(followups.build_cadence, actor, row, *summary.cadence),
            partial(people.build_more_facts, actor, row),
            *record_panels(actor, row, summary),
        ],
        on_right=[
            partial(opportunities.build_record_opportunities, actor, row),
            partial(people.build_positions, actor, row, affiliations),
            partial(build_staff_contacts, actor, row),
            partial(people.build_relations, actor, row),
            partial(shows.build_events, actor, row.id),
            partial(rep_panels.build_represented_clients, actor, row),
            partial(compliance.build_record_gifts, actor, row),
        ],
    )


def project_panels(
    actor: Actor, row: Project, summary: RecordSummary, profile: ProjectProfile, next_on: date | None
) -> PanelPlan:
    """Return the panels of a project's page; `next_on` is the date of the next step."""
    return arrange(
        on_left=[
            partial(projects.build_key_dates, actor, row, next_on),
            partial(projects.build_source, row, profile.source),
            partial(projects.build_project_facts, actor, row, profile.sectors, profile.answers.unknown),
            *record_panels(actor, row, summary),
        ],
        on_right=[
            partial(projects.build_parties, actor, row, profile.parties, profile.screening),
            partial(structure.build_packages, actor, row),
            partial(reminders.build_planned, actor, row, clock.now()),
            partial(opportunities.build_record_opportunities, actor, row),
            partial(impact.build_milestones, actor, row),
            partial(matching.build_matches, actor, of="project", record_id=row.id),
            partial(projects.build_lead_moves, row.id),
        ],
    )


def need_panels(actor: Actor, row: Need, summary: RecordSummary) -> PanelPlan:
    """Return the panels of a need's page."""
    return arrange(
        on_left=[partial(projects.build_need_facts, actor, row), *record_panels(actor, row, summary)],
        on_right=[
            partial(opportunities.build_record_opportunities, actor, row),
            partial(introductions.build_introductions, actor, row),
            partial(_build_need_tariffs, actor, row),
        ],
        above=[partial(matching.build_matches, actor, of="need", record_id=row.id)],
    )


def opportunity_panels(
    actor: Actor, row: Opportunity, summary: RecordSummary, tests: ExitTests, chance: int | None
) -> PanelPlan:
    """Return the panels of an opportunity's page; `chance` in percent."""
    is_dormant = row.stage is OpportunityStage.dormant
    return arrange(
        on_left=[
            lambda: opportunities.build_opportunity_facts(actor, row, chance, list_changes(row.id)),
            partial(opportunities.build_checklist, actor, row, tests),
            *record_panels(actor, row, summary),
        ],
        on_right=[
            partial(opportunities.build_related_records, actor, row),
            partial(reminders.build_planned, actor, row, clock.now()) if is_dormant else None,
            partial(impact.build_milestones, actor, row),
            partial(introductions.build_introductions, actor, row),
            partial(_build_opportunity_tariffs, actor, row),
        ],
        below=[lambda: opportunities.build_changes(list_changes(row.id))],
    )


def _build_need_tariffs(actor: Actor, row: Need) -> Panel | None:
    market = find_market(actor, row.project_id, row.organization_id) if row.hs6 else None
    return tariffs.build_tariff_notes(actor, [row.hs6], market)


def _build_opportunity_tariffs(actor: Actor, row: Opportunity) -> Panel | None:
    codes = load_hs_codes(actor, row.product_id, row.need_id)
    return tariffs.build_tariff_notes(actor, codes, find_market(actor, row.project_id, row.buyer_id))


def product_panels(actor: Actor, row: Product, summary: RecordSummary) -> PanelPlan:
    """Return the panels of a product's page."""
    return arrange(
        on_left=[partial(products.build_product_facts, actor, row), *record_panels(actor, row, summary)],
        on_right=[
            partial(matching.build_matches, actor, of="product", record_id=row.id),
            partial(opportunities.build_record_opportunities, actor, row),
            partial(tariffs.build_tariff_notes, actor, [row.hs6]),
        ],
    )


def representation_panels(actor: Actor, row: Representation, summary: RecordSummary) -> PanelPlan:
    """Return the panels of a China rep's page."""
    return arrange(
        on_left=[
            partial(rep_panels.build_representation_facts, row),
            partial(products.build_represented_products, actor, row),
            *record_panels(actor, row, summary),
        ],
        on_right=[
            lambda: rep_panels.build_representation_parties(row, load_representation(actor, row)),
            partial(impact.build_milestones, actor, row),
        ],
    )


def record_panels(actor: Actor, record: Record, summary: RecordSummary) -> list[Build]:
    """Return the panels that every record's page ends with on its left side."""
    return [
        partial(records.build_files, actor, record, summary.files),
        partial(merging.build_merged_records, actor, record),
        partial(build_record_facts, record, summary),
    ]
