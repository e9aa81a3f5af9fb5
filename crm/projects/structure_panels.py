"""Panels of tender packages, and of registrations as supplier."""

from __future__ import annotations

from flask import url_for

from crm.core import clock
from crm.core.i18n import formats
from crm.core.policy import Actor, can
from crm.core.web.panels import Action, Line, Panel, PanelRow, Span, record_link, web_link
from crm.core.words import _
from crm.organizations.models import Organization
from crm.projects.models import Project
from crm.projects.queries.structure import PackageRow, RegistrationRow, list_packages, list_registrations


def build_packages(actor: Actor, row: Project) -> Panel:
    """Return the tender packages of a project, with who is responsible and the bid deadline there."""
    may_edit = can(actor, "project:edit", row)
    return Panel(
        title=_("Tender packages"),
        rows=tuple(_package_row(row.id, package, may_edit=may_edit) for package in list_packages(actor, row.id)),
        add_url=url_for("projects.package", id=row.id) if may_edit else "",
        add_about=_("Tender package"),
    )


def _package_row(project_id: int, package: PackageRow, *, may_edit: bool) -> PanelRow:
    lines = [Line((Span(package.state),))]
    if package.organization_id:
        party = record_link(
            "organization", package.organization_id, package.organization or "", package.native_organization, css=""
        )
        lines.append(Line((party,), css="small"))
    if package.bid_at and package.zone:
        moment, place = formats.moment(package.bid_at, package.zone), formats.place(package.zone)
        lines.append(Line((Span(_("Bid deadline: %(when)s, %(place)s", when=moment, place=place)),)))
    menu = (
        Action(_("Edit"), url_for("projects.package_edit", id=project_id, row=package.id), about=package.name),
        Action(
            _("Remove"),
            url_for("projects.package_remove", id=project_id, row=package.id),
            about=package.name,
            is_post=True,
            is_danger=True,
        ),
    )
    title = Span(package.name, native=package.native_name or "", css="strong")
    return PanelRow(title=title, lines=tuple(lines), menu=menu if may_edit else ())


def build_registrations(actor: Actor, row: Organization, *, is_client: bool) -> Panel:
    """Return the primes at which a client is registered as supplier, or the clients registered at a prime."""
    registrations = list_registrations(actor, row.id, is_client=is_client)
    client_id, prime_id = (row.id, None) if is_client else (None, row.id)
    add_url = url_for("projects.registration", client=client_id, prime=prime_id)
    return Panel(
        title=_("Supplier registrations") if is_client else _("Clients registered as suppliers"),
        rows=tuple(_registration_row(registration) for registration in registrations),
        add_url=add_url,
        add_about=_("Supplier registration"),
    )


def _registration_row(row: RegistrationRow) -> PanelRow:
    link = record_link("organization", row.other_id, row.other, row.native_other)
    parts = [str(row.state)]
    if row.registered_on:
        parts.append(_("since %(day)s", day=formats.day(row.registered_on)))
    lines = [Line((Span(", ".join(parts)),))]
    if row.expires_on:
        is_over = row.expires_on < clock.today(formats.zone_of_reader())
        day = formats.day(row.expires_on, full=True)
        text = _("expired %(day)s", day=day) if is_over else _("expires %(day)s", day=day)
        lines.append(Line((Span(text, icon="alert" if is_over else ""),), css="small warn" if is_over else "small dim"))
    if portal := web_link(row.portal_url):
        lines.append(Line((portal,), css="small"))
    about = row.other or row.native_other
    menu = (
        Action(_("Edit"), url_for("projects.registration_edit", id=row.id), about=about),
        Action(
            _("Remove"),
            url_for("projects.registration_remove", id=row.id),
            about=about,
            is_post=True,
            is_danger=True,
        ),
    )
    return PanelRow(title=link, lines=tuple(lines), menu=menu)
