"""Forms of tender packages, and of registrations of clients at prime contractors."""

from __future__ import annotations

from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core.data.base import row_id
from crm.core.data.record import get_visible
from crm.core.i18n import formats
from crm.core.web.blueprint import flash_success
from crm.core.web.form_flow import go_back, save_form
from crm.core.web.redirects import back, redirect_to
from crm.core.words import _, _l
from crm.organizations.models import Organization
from crm.projects import queries
from crm.projects.models import Project, SupplierRegistration, TenderPackage
from crm.projects.queries import structure
from crm.projects.services import structure as services
from crm.projects.structure_forms import PackageForm, RegistrationForm

from .bp import bp
from .projects import save_part


def _package_form(project: Project, package: TenderPackage | None = None) -> PackageForm:
    parties = queries.list_party_choices(g.actor, project.id)
    zone = formats.place(project.zone) if project.zone else ""
    bid = package.bid_wall if package else None
    return PackageForm(
        obj=package, parties=parties, zone=zone, **({"bid_day": bid.date(), "bid_time": bid.time()} if bid else {})
    )


@bp.route("/<int:id>/packages/new", may="project:edit", methods=["GET", "POST"])
def package(id: int) -> Response:
    """Add a tender package."""
    project = queries.get_project(g.actor, id, "project:edit")
    form = _package_form(project)
    title, submit = _l("New tender package"), _l("Add tender package")
    return save_part(project, form, lambda: services.save_package(project, form.values()), title, submit)


@bp.route("/<int:id>/packages/<int:row>", may="project:edit", methods=["GET", "POST"])
def package_edit(id: int, row: int) -> Response:
    """Edit a tender package."""
    project = queries.get_project(g.actor, id, "project:edit")
    package_row = structure.get_package(id, row)
    form = _package_form(project, package_row)
    return save_part(
        project, form, lambda: services.save_package(project, form.values(), package_row), _l("Tender package")
    )


@bp.route("/<int:id>/packages/<int:row>/remove", may="project:edit", methods=["POST"])
def package_remove(id: int, row: int) -> Response:
    """Remove a tender package."""
    queries.get_project(g.actor, id, "project:edit")
    package_row = structure.get_package(id, row)
    name = package_row.name
    services.remove_package(package_row)
    flash_success(_("%(name)s was removed.", name=name))
    return redirect_to("desk.project", id=id)


@bp.route("/registrations/new", may="organization:edit", methods=["GET", "POST"])
def registration() -> Response:
    """Add a registration; `client` and `prime` in the address fill the form."""
    form = RegistrationForm(
        client_id=request.args.get("client", type=row_id), prime_id=request.args.get("prime", type=row_id)
    )
    return _registration_form(form, None)


@bp.route("/registrations/<int:id>/edit", may="organization:edit", methods=["GET", "POST"])
def registration_edit(id: int) -> Response:
    row = structure.get_registration(g.actor, id, "organization:edit")
    return _registration_form(RegistrationForm(obj=row), row)


def _registration_form(form: RegistrationForm, row: SupplierRegistration | None) -> Response:
    def save() -> SupplierRegistration:
        values = form.values()
        get_visible(Organization, g.actor, values["client_id"], "organization:edit")
        return services.save_registration(g.actor, values, row)

    def then(saved: SupplierRegistration) -> Response:
        return go_back(url_for("desk.organization", id=saved.client_id))(saved)

    return save_form(form, save, then, "projects/registration.html", registration=row, back_url=_page_of(row))


def _page_of(row: SupplierRegistration | None) -> str:
    """Return the page to which a canceled form leads."""
    ids: list[Any] = [row.client_id] if row else [request.args.get(name, type=row_id) for name in ("client", "prime")]
    known_id = next((i for i in ids if i), None)
    return url_for("desk.organization", id=known_id) if known_id else url_for("organizations.index")


@bp.route("/registrations/<int:id>/remove", may="organization:edit", methods=["POST"])
def registration_remove(id: int) -> Response:
    row = structure.get_registration(g.actor, id, "organization:edit")
    page = url_for("desk.organization", id=row.client_id)
    services.remove_registration(row)
    flash_success(_("Registration removed."))
    return back(page)
