"""Panels about projects and needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import url_for

from crm.core.data.record import Record
from crm.core.i18n import formats
from crm.core.policy import Actor, can
from crm.core.web.panels import (
    Action,
    Editing,
    Fact,
    Facts,
    Line,
    NextStepIndicator,
    Panel,
    PanelRow,
    Span,
    note,
    record_link,
    record_row,
)
from crm.core.words import _
from crm.products.quantities import format_quantity
from crm.projects import queries
from crm.projects.models import Need, Project
from crm.projects.policy import LeadTest
from crm.projects.queries import LeadMoveRow, PartyRow
from crm.projects.queries.structure import find_package_id, load_package_names
from crm.projects.structure_policy import order_tree
from crm.records.queries import EvidenceRow


def build_need_facts(actor: Actor, row: Need) -> Facts:
    """Return what a prime is looking for, and the tender package if the actor may see its project."""
    package_id = find_package_id(row.id)
    packages = load_package_names(actor, {package_id} if package_id else set())
    return Facts(
        title=_("Need"),
        pairs=(
            Fact(_("Type"), row.type),
            Fact(_("Tender package"), packages.get(package_id or 0)),
            Fact(_("Chinese name"), row.native_title),
            Fact(_("Quantity"), format_quantity(row.quantity_number, row.quantity_unit, row.quantity)),
            Fact(_("Needed by"), formats.day(row.needed_by)),
            Fact(_("Certificates"), row.certificates),
            Fact(_("HS code"), formats.hs(row.hs6)),
        ),
        edit_url=url_for("projects.need_edit", id=row.id),
    )


def build_organization_needs(actor: Actor, organization_id: int, *, is_prime: bool) -> Panel:
    """Return the needs of an organization; a prime's may be added."""
    needs = queries.list_needs(actor, organization_id=organization_id)
    return Panel(
        title=_("Needs"),
        rows=tuple(
            record_row("need", need.id, need.title, need.native_title, need.quantity, need.state) for need in needs
        ),
        add_url=url_for("projects.need", organization=organization_id) if is_prime else "",
        add_about=_("Need"),
    )


def build_organization_projects(actor: Actor, organization_id: int) -> Panel:
    """Return the projects in which an organization takes part."""
    rows = queries.list_participations(actor, organization_id)
    return Panel(
        title=_("Projects"),
        rows=tuple(
            record_row("project", row.id, row.label, row.native_label, row.role, row.lead_stage) for row in rows
        ),
    )


def build_key_dates(actor: Actor, row: Project, next_on: date | None) -> Facts:
    """Return when a lead was heard, the next step and the bid deadline."""
    # Long ago is the date again.
    ago = formats.ago(row.heard_on) if formats.ago(row.heard_on) != formats.day(row.heard_on) else ""
    date_heard = [text for text in (formats.day(row.heard_on, weekday=True), ago) if text]
    deadline = f"{formats.moment(row.bid_at, row.zone)}, {formats.place(row.zone)}" if row.bid_at and row.zone else ""
    return Facts(
        title=_("Key dates"),
        pairs=(
            Fact(_("Date heard"), ", ".join(date_heard) if row.heard_on else None, fields=("heard_on",)),
            Fact(_("Next step"), NextStepIndicator.of(next_on) if next_on else None),
            Fact(_("Bid deadline"), deadline),
        ),
        edit_url=url_for("projects.edit", id=row.id),
        editing=Editing.of(actor, row, "projects", "projects.edit"),
    )


def build_source(row: Project, source: Record | None) -> Panel:
    """Return where a lead was heard: the record that the reader may see, the kind of source and a note."""
    texts = [str(text) for text in (row.source_kind, row.source_note) if text]
    rows = (PanelRow(title=record_link(source.kind, source.id, source.label, source.native_label)),) if source else ()
    return Panel(
        title=_("Source"),
        rows=rows,
        edit_url=url_for("projects.edit", id=row.id),
        edit_about=_("source"),
        footer=(Line((Span(": ".join(texts) or _("No source yet.")),), css="t13 dim"),),
    )


def build_project_facts(actor: Actor, row: Project, sectors: Sequence[str], unknown: Sequence[LeadTest]) -> Facts:
    """Return place, phase, value and description of a project, and what was answered “Not known yet”."""
    value = formats.amount(row.value, row.currency, short=False)
    return Facts(
        title=_("Project"),
        pairs=(
            Fact(_("Country"), formats.country(row.country), fields=("country",)),
            Fact.of(row, Project.city),
            Fact.of(row, Project.corridor),
            Fact.of(row, Project.phase),
            Fact(_("Value"), value, fields=("value", "currency")),
            Fact.of(row, Project.funding),
            Fact(_("Sectors"), ", ".join(sectors)),
            Fact.of(row, Project.description),
            Fact(_("Not known yet"), ", ".join(map(str, unknown))),
        ),
        edit_url=url_for("projects.edit", id=row.id),
        editing=Editing.of(actor, row, "projects", "projects.edit"),
    )


def build_parties(actor: Actor, row: Project, parties: Sequence[PartyRow], screening: EvidenceRow | None) -> Panel:
    """Return the parties of a project with their contact persons, and whether they were screened."""
    may_edit = can(actor, "project:edit", row)
    return Panel(
        title=_("Parties"),
        rows=_party_rows(row.id, parties, may_edit=may_edit),
        add_url=url_for("projects.party", id=row.id) if may_edit else "",
        footer=(_screening_line(actor, row, screening),),
    )


def _party_rows(project_id: int, parties: Sequence[PartyRow], *, may_edit: bool) -> tuple[PanelRow, ...]:
    """Return the parties as a tree: each one below the party that it is under."""
    names = {party.organization_id: party.organization or party.native_organization for party in parties}
    tree = order_tree(parties, lambda party: party.organization_id, lambda party: party.under_id)
    return tuple(
        _party_row(project_id, party, names.get(party.under_id or 0, "") if level else "", level, may_edit=may_edit)
        for party, level in tree
    )


def _party_row(project_id: int, party: PartyRow, above: str, level: int, *, may_edit: bool) -> PanelRow:
    organization = record_link("organization", party.organization_id, party.organization or party.native_organization)
    native = (Span("", native=party.native_organization), Span("·")) if party.organization else ()
    lines = [Line((*(native if party.native_organization else ()), Span(party.role)))]
    if above:
        lines.append(Line((Span(_("under %(name)s", name=above)),)))
    if party.person_id and (party.person or party.native_person):
        person = record_link("person", party.person_id, party.person or "", party.native_person, css="")
        lines.append(Line((person,), css="small"))
    remove_url = url_for("projects.party_remove", id=project_id, row=party.id)
    menu = (
        Action(_("Edit"), url_for("projects.party_edit", id=project_id, row=party.id), about=organization.text),
        Action(_("Remove"), remove_url, about=organization.text, is_post=True, is_danger=True),
    )
    return PanelRow(title=organization, lines=tuple(lines), menu=menu if may_edit else (), level=level)


def _screening_line(actor: Actor, row: Project, screening: EvidenceRow | None) -> Line:
    pieces = [Span(_("No screening recorded."), icon="alert")]
    if screening is not None:
        pieces = [Span(_screening_text(screening), icon="shield")]
    if can(actor, "project:move", row):
        url = url_for("projects.lead_test", id=row.id, test="screening")
        pieces.append(Span(_("Add details"), url=url, css="link nowrap"))
    return Line(tuple(pieces), css="small mt-2 dim" if screening else "small mt-2")


def _screening_text(screening: EvidenceRow) -> str:
    parts = [_("Screening: %(state)s, %(day)s", state=screening.state, day=formats.day(screening.on))]
    text = ", ".join([*parts, *(part for part in (screening.by, screening.where) if part)])
    return f"{text}: {screening.result}" if screening.result else text


def build_lead_moves(project_id: int) -> Panel:
    """Return how a lead came to its stage."""
    return Panel(title=_("Stage history"), rows=tuple(_move_row(move) for move in queries.list_lead_moves(project_id)))


def _move_row(move: LeadMoveRow) -> PanelRow:
    moved_on = Span(f"{formats.day(move.at)}," if move.user_name else formats.day(move.at), css="dim")
    lines = [Line((Span(move.why),), css="small")] if move.why else []
    if move.skipped:
        lines += note(_("missing: %(item)s", item=", ".join(map(str, move.skipped))))
    trailing = (moved_on, Span(move.user_name or "", css="dim nowrap"))
    return PanelRow(title=Span(move.new, css="strong"), trailing=trailing, lines=tuple(lines))
