"""Panels about China reps."""

from __future__ import annotations

from flask import url_for

from crm.core.i18n import formats
from crm.core.policy import Actor, can
from crm.core.web.panels import Fact, Facts, Panel, PanelRow, Span, Text, note, record_link, record_row
from crm.core.words import _
from crm.people import queries
from crm.people.endings import ending_text, is_past
from crm.people.models import Person, Representation
from crm.people.policy import Exclusivity, RepresentationStatus
from crm.people.queries import RepresentationRow


def build_organization_reps(actor: Actor, organization_id: int, *, is_client: bool) -> Panel:
    """Return the China reps of a client, or the clients that an organization represents."""
    rows = queries.list_representations(actor, organization_id)
    return Panel(
        title=_("China reps"),
        rows=tuple(_rep_row(row, organization_id) for row in rows),
        add_url=url_for("people.rep", client=organization_id) if is_client else "",
    )


def _rep_row(row: RepresentationRow, organization_id: int) -> PanelRow:
    is_for_other_client = row.client and row.client_id != organization_id
    client = _("for %(client)s", client=row.client) if is_for_other_client else ""
    return PanelRow(
        title=_rep_link(row, row.person or row.organization, row.native_person),
        avatar="person",
        lines=note(client, row.kind, row.territory, row.status, *_rep_terms(row)),
    )


def _rep_link(row: RepresentationRow, label: str | None, native: str | None = None) -> Span:
    """Return the link to a China rep under the name of the rep or the client, whose own link has the same text."""
    about = _("China rep")
    return record_link("representation", row.id, label or _("Confidential"), native, css="", about=about)


def _rep_terms(row: RepresentationRow) -> list[Text]:
    """Return what to watch of a rep that hasn't ended: exclusive, the end, who owns the trademark in China."""
    if row.status is RepresentationStatus.ended:
        return []
    terms: list[Text] = [row.exclusive] if row.exclusive is Exclusivity.yes and not is_past(row.to_on) else []
    if end := ending_text(row.to_on):
        terms.append(end)
    return [*terms, *([_("China trademark: %(name)s", name=row.mark_owner)] if row.mark_owner else [])]


def build_represented_clients(actor: Actor, row: Person) -> Panel:
    """Return the clients that a person represents in China."""
    rows = queries.list_representations(actor, row.id)
    return Panel(
        title=_("Represents"),
        rows=tuple(
            PanelRow(
                title=_rep_link(rep, rep.client),
                avatar="organization",
                lines=note(rep.kind, rep.territory, rep.status, *_rep_terms(rep)),
            )
            for rep in rows
        ),
        add_url=url_for("people.rep", person=row.id) if can(actor, "person:edit", row) else "",
    )


def build_representation_facts(row: Representation) -> Facts:
    """Return territory, term and rights of a China rep."""
    return Facts(
        title=_("China rep"),
        pairs=(
            Fact(_("Territory"), row.territory),
            Fact(_("Exclusive"), row.exclusive),
            Fact(_("Basis"), row.basis),
            Fact(_("Agreement start"), formats.day(row.from_on)),
            Fact(_("Agreement end"), formats.day(row.to_on)),
            Fact(_("May quote prices"), _("Yes") if row.may_quote else _("No")),
            Fact(_("China trademark owner"), row.mark_owner),
        ),
        edit_url=url_for("people.rep_edit", id=row.id),
    )


def build_representation_parties(row: Representation, rep: RepresentationRow) -> Panel:
    """Return the client, person and organization of a China rep; one that the reader may not see has no name."""
    rows = [_party("organization", rep.client_id if rep.client is not None else None, rep.client, "", _("Client"))]
    if row.person_id:
        rows.append(_party("person", rep.person_id, rep.person, rep.native_person, rep.kind))
    if row.organization_id:
        rows.append(_party("organization", rep.organization_id, rep.organization, "", _("Organization")))
    return Panel(title=_("Parties"), rows=tuple(rows))


def _party(kind: str, id: int | None, label: str | None, native: str | None, part: Text) -> PanelRow:
    if id is None:
        return PanelRow(title=Span(_("Confidential")), icon="lock", lines=note(part))
    return record_row(kind, id, label or "", native, part)
