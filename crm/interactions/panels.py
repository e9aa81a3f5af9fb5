"""Panels of an interaction's page."""

from __future__ import annotations

from flask import url_for

from crm.core.web.panels import Fact, Facts, Line, Panel, PanelRow, Span, TextPanel, record_row
from crm.core.words import _
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionState
from crm.interactions.queries import InteractionContents, InteractionPartyRow


def build_interaction_facts(row: Interaction) -> Facts:
    """Return kind and place of an interaction; while it is planned, also where its reminders are explained."""
    is_planned = row.state is InteractionState.planned
    return Facts(
        title=_("Interaction"),
        pairs=(
            Fact(_("Type"), row.type),
            Fact(_("Reached?"), row.reached),
            Fact(_("Place"), row.place),
        ),
        edit_url=url_for("interactions.edit", id=row.id),
        footer=_plan_links(row) if is_planned else (),
    )


def _plan_links(row: Interaction) -> tuple[Line, ...]:
    """Return the links of a planned interaction: reminder, calendar, and why emails were sent."""
    links = (
        (_("Reminder"), "reminders.item"),
        (_("Invite participants"), "feeds.invite_to_interaction"),
        (_("Add to calendar"), "feeds.interaction_file"),
        (_("Why did or didn't this send?"), "mail.explain"),
    )
    return tuple(
        Line((Span(text, url=url_for(endpoint, id=row.id), css="link"),), css="t13 mt-1") for text, endpoint in links
    )


def build_notes(row: Interaction) -> TextPanel:
    return TextPanel(title=_("Notes"), text=row.notes or "", css="keep-lines")


def build_english_line(row: Interaction) -> TextPanel:
    """Return the summary that funders read."""
    return TextPanel(title=_("English summary for the funder"), text=row.english_line or "", css="")


def build_sent_items(contents: InteractionContents) -> Panel:
    """Return what was sent before or after an interaction."""
    return Panel(
        title=_("Items sent"),
        rows=tuple(PanelRow(title=Span(f"{kind.label}: {text}")) for kind, text in contents.sent),
    )


def build_attendees(contents: InteractionContents) -> Panel:
    """Return who took part on the other side: people first, then those without a record, such as "2 engineers"."""
    people = [party for party in contents.parties if party.person_id is not None]
    unnamed = [party for party in contents.parties if party.person_id is None]
    return Panel(
        title=_("With"),
        rows=(*map(_person_row, people), *map(_unnamed_row, unnamed)),
    )


def _person_row(party: InteractionPartyRow) -> PanelRow:
    return record_row("person", party.person_id or 0, party.label, party.native_label, party.organization)


def _unnamed_row(party: InteractionPartyRow) -> PanelRow:
    label = f"{party.count} {party.label}" if party.count > 1 else party.label
    if not party.organization:
        return PanelRow(title=Span(label))
    if party.organization_id is None:
        organization = Span(party.organization)
    else:
        organization = Span(party.organization, url=url_for("desk.organization", id=party.organization_id), css="link")
    return PanelRow(title=Span(f"{label}," if label else ""), trailing=(organization,))


def build_staff(contents: InteractionContents) -> TextPanel:
    """Return which of our staff took part."""
    return TextPanel(title=_("Our staff"), text=", ".join(name for _id, name in contents.staff))
