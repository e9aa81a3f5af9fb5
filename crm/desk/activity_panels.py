"""The panels of pages of interactions, follow-ups, shows, tariff notes, gifts and cities."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from crm.compliance import panels as compliance
from crm.compliance.models import Gift
from crm.compliance.queries import GiftNames
from crm.core import clock
from crm.core.policy import Actor
from crm.core.web.panels import AnyPanel
from crm.core.words import _
from crm.desk.cities import CityRow
from crm.desk.common_panels import build_about, build_city_records
from crm.desk.panel_plans import PanelPlan, arrange
from crm.desk.panels import record_panels
from crm.desk.queries import RecordSummary
from crm.followups import panels as followups
from crm.followups.models import FollowUp
from crm.followups.queries import FollowUpRow
from crm.funding import panels as funding
from crm.impact import panels as impact
from crm.impact.models import Milestone
from crm.impact.queries import ChainStep
from crm.interactions import panels as interactions
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionState
from crm.interactions.queries import InteractionContents
from crm.invitations import panels as invitations
from crm.invitations.policy import interaction_key
from crm.opportunities import panels as opportunities
from crm.opportunities.queries import OpportunityRow
from crm.reminders import panels as reminders
from crm.shows import panels as shows
from crm.shows.models import Show
from crm.tariffs import panels as tariffs
from crm.tariffs.models import TariffNote


def interaction_panels(
    actor: Actor, row: Interaction, summary: RecordSummary, contents: InteractionContents
) -> PanelPlan:
    """Return the panels of an interaction's page."""
    is_planned = row.state is InteractionState.planned
    return arrange(
        on_left=[partial(interactions.build_interaction_facts, row), *record_panels(actor, row, summary)],
        on_right=[
            partial(interactions.build_attendees, contents),
            partial(interactions.build_staff, contents),
            partial(invitations.build_guests, actor, interaction_key(row.id)),
            partial(build_about, contents.about),
            partial(funding.build_counting, actor, row) if contents.clients else None,
            partial(compliance.build_record_gifts, actor, row, may_add=False),
            partial(reminders.build_planned, actor, row, clock.now()) if is_planned else None,
        ],
        above=[
            partial(interactions.build_notes, row),
            partial(interactions.build_english_line, row),
            partial(interactions.build_sent_items, contents),
        ],
    )


def follow_up_panels(actor: Actor, record: FollowUp, summary: RecordSummary, row: FollowUpRow) -> PanelPlan:
    """Return the panels of a follow-up's page."""
    facts = partial(followups.build_follow_up_facts, row, record.promised_by_id, record.promised_to_id)
    return arrange(
        on_left=[facts, *record_panels(actor, record, summary)],
        on_right=[partial(build_about, row.about), partial(reminders.build_planned, actor, record, clock.now())],
        above=[partial(followups.build_note, row), partial(followups.build_result, row)],
    )


def show_panels(actor: Actor, row: Show, summary: RecordSummary) -> PanelPlan:
    """Return the panels of a show's page."""
    return arrange(
        on_left=[
            partial(shows.build_show_facts, actor, row),
            partial(shows.build_organizer, actor, row),
            *record_panels(actor, row, summary),
        ],
        on_right=[
            partial(shows.build_participants, actor, row),
            partial(reminders.build_planned, actor, row, clock.now()),
            partial(compliance.build_record_gifts, actor, row, may_add=False),
            partial(impact.build_milestones, actor, row),
        ],
    )


def milestone_panels(actor: Actor, row: Milestone, summary: RecordSummary, steps: Sequence[ChainStep]) -> PanelPlan:
    """Return the panels of a milestone's page; `steps` is its chain."""
    return arrange(
        on_left=[partial(impact.build_milestone_facts, actor, row), *record_panels(actor, row, summary)],
        on_right=[
            partial(impact.build_confirmation, actor, row),
            None if steps else partial(impact.build_chain_hint, actor, row),
        ],
    )


def tariff_note_panels(row: TariffNote) -> tuple[AnyPanel, ...]:
    """Return the panels of a tariff note's page."""
    return (tariffs.build_note_facts(row),)


def gift_panels(row: Gift, names: GiftNames) -> tuple[AnyPanel, ...]:
    """Return the panels of a gift's page."""
    return (compliance.build_gift_facts(row, names),)


def city_panels(
    organization_rows: Sequence[CityRow], project_rows: Sequence[CityRow], opportunity_rows: Sequence[OpportunityRow]
) -> tuple[AnyPanel, ...]:
    """Return the panels beside the people of a city."""
    panels = (
        build_city_records(_("Organizations"), "organization", organization_rows),
        build_city_records(_("Projects and leads"), "project", project_rows),
        opportunities.build_opportunities(opportunity_rows),
    )
    return tuple(filter(None, panels))
