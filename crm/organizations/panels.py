"""Panels about organizations, clients, primes and posts."""

from __future__ import annotations

from flask import url_for

from crm import names
from crm.core.i18n import formats
from crm.core.policy import Actor, can
from crm.core.web.panels import Action, Editing, Fact, Facts, Panel, PanelRow, Span, record_link, record_row
from crm.core.words import _
from crm.organizations import queries
from crm.organizations.models import Client, ClientAgreement, Organization, Post, Prime
from crm.organizations.policy import USCC_PROBLEM_TEXTS, FactUnit
from crm.organizations.queries import FactRow, OwnerRow, SubsidiaryRow


def build_organization_facts(actor: Actor, row: Organization, parent: SubsidiaryRow | None) -> Facts:
    """Return names, parent, address, registration and sectors of an organization."""
    place = [part for part in (row.city, row.region) if part]
    sectors = [name for _id, name in queries.list_organization_sectors(row.id)]
    return Facts(
        title=_("Organization"),
        pairs=(
            Fact(_("Other names"), _other_names(row.id)),
            _parent_fact(parent),
            Fact(_("Country"), formats.country(row.country), fields=("country",)),
            Fact(_("City"), ", ".join(place), fields=("city", "region")),
            Fact.of(row, Organization.address),
            Fact.of(row, Organization.native_address),
            Fact.of(row, Organization.postal_code),
            Fact.of(row, Organization.website),
            Fact(_("USCC"), row.uscc, below=_uscc_warning(row.uscc), fields=("uscc",)),
            Fact(_("Sectors"), ", ".join(sectors)),
        ),
        edit_url=url_for("organizations.edit", id=row.id),
        editing=Editing.of(actor, row, "organizations", "organizations.edit"),
    )


def _other_names(organization_id: int) -> str:
    aliases = queries.list_aliases(organization_id)
    return ", ".join(f"{name} ({formats.within(kind)})" for kind, name in aliases)


def _parent_fact(parent: SubsidiaryRow | None) -> Fact:
    """Return the link to the parent, and the share that it holds."""
    if parent is None:
        return Fact(_("Parent organization"), None)
    link = record_link("organization", parent.id, parent.label or parent.native_label, css="link")
    return Fact(_("Parent organization"), link, trailing=_share(parent))


def _share(row: OwnerRow | SubsidiaryRow) -> tuple[Span, ...]:
    return () if row.share is None else (Span(formats.percent(row.share), css="dim"),)


def _uscc_warning(uscc: str | None) -> tuple[Span, ...]:
    problem = names.uscc_problem(uscc) if uscc else None
    return (Span(USCC_PROBLEM_TEXTS[problem], css="warn"),) if problem else ()


def build_client_facts(client: Client) -> Facts:
    """Return what is on record of an organization as a client."""
    return Facts(
        title=_("Client details"),
        pairs=(
            Fact(_("Status"), client.status),
            Fact(_("Client request"), client.wish),
            Fact(_("Business stage"), client.business_stage),
            Fact(_("Legal form"), client.legal_form),
            Fact(_("Founded"), formats.day(client.founded_on)),
            Fact(_("County"), client.county),
            Fact(_("NAICS"), client.naics),
            Fact(_("STEP eligible"), client.step_eligible),
            Fact(_("Goals in China"), client.china_goals),
        ),
        edit_url=url_for("organizations.client", id=client.organization_id),
    )


def build_agreements(organization_id: int) -> Panel:
    """Return the service agreements with a client."""
    agreements = queries.list_agreements(organization_id)
    return Panel(
        title=_("Agreements"),
        rows=tuple(_agreement_row(agreement) for agreement in agreements),
        add_url=url_for("organizations.agreement", id=organization_id),
        add_about=_("Agreement"),
        empty=_("No agreement yet. Time logged without one isn't reportable."),
    )


def _agreement_row(agreement: ClientAgreement) -> PanelRow:
    first = formats.day(agreement.from_on)
    last = formats.day(agreement.to_on) if agreement.to_on else _("no end date")
    edit_url = url_for("organizations.agreement_edit", id=agreement.organization_id, row=agreement.id)
    about = _("agreement") + f" {first}"
    return PanelRow(
        title=Span(f"{first}–{last}"),
        trailing=(
            Span(_("on file") if agreement.on_file else _("not on file"), css="dim"),
            Span(_("Edit"), url=edit_url, css="link small", about=about),
        ),
    )


def build_key_figures(actor: Actor, organization_id: int) -> Facts:
    """Return the newest figure of each kind, with its date and source."""
    figures = queries.list_newest_facts(actor, organization_id)
    return Facts(
        title=_("Key figures"),
        pairs=tuple(_figure_fact(organization_id, figure) for figure in figures),
        add_url=url_for("organizations.fact", id=organization_id),
        add_about=_("Figure"),
    )


def _figure_fact(organization_id: int, figure: FactRow) -> Fact:
    edit_url = url_for("organizations.fact_edit", id=organization_id, row=figure.id)
    return Fact(
        figure.kind,
        " ".join(part for part in (_figure_number(figure), figure.text) if part),
        below=(
            Span(f"{formats.day(figure.as_of)}, {figure.source}", css="dim"),
            Span(_("Edit"), url=edit_url, css="link", about=figure.kind),
        ),
    )


def _figure_number(figure: FactRow) -> str:
    if figure.number is None:
        return ""
    if figure.currency:
        return formats.money(figure.number, figure.currency, short=False)
    return formats.percent(figure.number) if figure.kind.unit is FactUnit.percent else formats.num(figure.number)


def build_prime_facts(prime: Prime) -> Facts:
    """Return what is on record of an organization as a prime contractor."""
    return Facts(
        title=_("Prime contractor details"),
        pairs=(
            Fact(_("Supplier portal"), prime.portal_url),
            Fact(_("Supplier registration"), prime.registration),
            Fact(_("Accepts small subcontractors"), prime.takes_small),
            Fact(_("Operates in"), prime.present_in),
        ),
        edit_url=url_for("organizations.prime", id=prime.organization_id),
    )


def build_post_facts(post: Post) -> Facts:
    """Return what is on record of an organization as a U.S. post."""
    return Facts(
        title=_("U.S. post details"),
        pairs=(
            Fact(_("Post type"), post.kind),
            Fact(_("U.S. post code"), post.code),
            Fact(_("Consular district"), post.district),
            Fact(_("Opened"), formats.day(post.opened_on)),
            Fact(_("Closed"), formats.day(post.closed_on)),
            Fact(_("Source"), post.source),
        ),
        edit_url=url_for("organizations.post", id=post.organization_id),
    )


def build_owners(actor: Actor, row: Organization, *, is_client: bool) -> Panel | None:
    """Return the owners with their shares, or None for a reader who may not see money; always there for a client."""
    owners = queries.list_owners(actor, row.id)
    if not can(actor, "organization:money", row) or not (owners or is_client):
        return None
    return Panel(
        title=_("Owners"),
        rows=tuple(_owner_row(row.id, owner) for owner in owners),
        add_url=url_for("organizations.owner", id=row.id),
        add_about=_("Owner"),
    )


def _owner_row(organization_id: int, owner: OwnerRow) -> PanelRow:
    title = Span(owner.owner)
    if owner.owner_id is not None:
        title = record_link("organization", owner.owner_id, owner.owner, css="")
    remove_url = url_for("organizations.owner_remove", id=organization_id, row=owner.id)
    return PanelRow(
        title=title,
        trailing=_share(owner),
        actions=(Action(_("Remove"), remove_url, about=owner.owner, is_post=True, is_danger=True),),
    )


def build_subsidiaries(actor: Actor, organization_id: int) -> Panel:
    """Return the organizations whose parent this is."""
    rows = queries.list_subsidiaries(actor, organization_id)
    return Panel(
        title=_("Subsidiaries"),
        rows=tuple(
            record_row("organization", row.id, row.label, row.native_label, formats.percent(row.share)) for row in rows
        ),
    )
