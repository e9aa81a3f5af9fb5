"""Pages of organizations: the list, the form, and the forms of their details."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.errors import NotFound
from crm.core.forms.forms import Form
from crm.core.lists import respond
from crm.core.policy import default_counselor_id
from crm.core.web import layout
from crm.core.web.blueprint import Feature, flash_success
from crm.core.web.form_flow import go_to, go_to_saved, save_form
from crm.core.web.redirects import redirect_to
from crm.core.words import _, _l
from crm.records.contact_point_forms import point_defaults
from crm.records.queries import points_of, tags_of

from . import figure_forms, forms, lists, queries, services
from .models import ClientAgreement, DatedFact, Organization, Ownership, PostRole
from .policy import AliasKind, FactKind

bp = Feature("organizations", __name__, url_prefix="/organizations")
layout.add_nav_entry("organizations.index", _l("Organizations"), "org", 30)
layout.add_new_entry("organizations.new", _l("Organization"), "org", 30, _l("New organization"))


@bp.route("/", may="organization:see")
def index() -> Response:
    return respond(lists.ORGANIZATIONS, g.actor)


@bp.route("/new", may="organization:make", methods=["GET", "POST"])
def new() -> Response:
    """Create an organization; `role` and `name` in the URL prefill the form."""
    defaults = {
        "name": request.args.get("name"),
        "roles": request.args.getlist("role"),
        "counselor_id": default_counselor_id(g.actor),
    }
    form = forms.OrganizationForm(**{k: x for k, x in defaults.items() if x} if request.method == "GET" else {})

    def save() -> Organization:
        organization = services.add_organization(g.actor, form.values(), roles=form.roles.chosen, uid=form.uid.data)
        _save_details(organization, form)
        return organization

    return save_form(form, save, go_to_saved("desk.organization"), "organizations/edit.html", organization=None)


@bp.route("/<int:id>/edit", may="organization:edit", methods=["GET", "POST"])
def edit(id: int) -> Response:
    """Change an organization."""
    organization = queries.get_organization(g.actor, id, "organization:edit")
    form = forms.OrganizationForm(obj=organization, **_form_defaults(organization))

    def save() -> None:
        services.change_organization(g.actor, organization, form.values(), roles=form.roles.chosen)
        _save_details(organization, form)

    then = go_to("desk.organization", id=id)
    return save_form(form, save, then, "organizations/edit.html", organization=organization)


def _form_defaults(organization: Organization) -> dict[str, Any]:
    aliases = [{"kind": kind, "name": name} for kind, name in queries.list_aliases(organization.id)]
    return {
        "roles": queries.load_roles([organization.id])[organization.id],
        "aliases": aliases,
        "sectors": [i for i, _name in queries.list_organization_sectors(organization.id)],
        "tags": ", ".join(tags_of([organization.id])[organization.id]),
        **point_defaults(points_of([organization.id])[organization.id]),
    }


def _save_details(organization: Organization, form: forms.OrganizationForm) -> None:
    rows = [(a.form.kind.data or AliasKind.trading, a.form.name.data or "") for a in form.aliases]
    services.set_aliases(organization, rows)
    services.set_sectors(organization, form.sectors.data or [])
    services.set_contact_details(organization, form.points, form.tags.data)


def _facts_form(
    organization: Organization, form: Form, row: Any, title: object, remove: str | None = None, button: object = None
) -> Response:
    """Show or save the form of one row of details; `remove` is the URL that deletes the row.

    `button` is the text of the button that saves, "Save changes" without it.
    """

    def save() -> None:
        services.set_facts(row, form.values(), organization)

    then, context = go_to("desk.organization", id=organization.id), {"title": title, "remove": remove, "button": button}
    return save_form(form, save, then, "organizations/facts.html", organization=organization, **context)


@bp.route("/<int:id>/client", may="organization:edit", methods=["GET", "POST"])
def client(id: int) -> Response:
    """Change the client details."""
    organization = queries.get_organization(g.actor, id, "organization:edit")
    row = queries.get_client(id) or _refuse_missing()
    return _facts_form(organization, forms.ClientForm(obj=row, part_of=organization), row, _l("Client details"))


@bp.route("/<int:id>/prime", may="organization:edit", methods=["GET", "POST"])
def prime(id: int) -> Response:
    """Change the prime contractor details."""
    organization = queries.get_organization(g.actor, id, "organization:edit")
    row = queries.get_prime(id) or _refuse_missing()
    return _facts_form(
        organization, forms.PrimeForm(obj=row, part_of=organization), row, _l("Prime contractor details")
    )


@bp.route("/<int:id>/post", may="organization:edit", methods=["GET", "POST"])
def post(id: int) -> Response:
    """Change the post details."""
    organization = queries.get_organization(g.actor, id, "organization:edit")
    row = queries.get_post(id) or _refuse_missing()
    return _facts_form(organization, forms.PostForm(obj=row, part_of=organization), row, _l("U.S. post details"))


def _refuse_missing() -> Any:
    raise NotFound


@bp.route("/<int:id>/agreements/new", may="organization:edit", methods=["GET", "POST"])
def agreement(id: int) -> Response:
    """Add a service agreement."""
    organization = queries.get_organization(g.actor, id, "organization:edit")
    form = forms.AgreementForm(data={"from_on": clock.today(g.actor.zone), "on_file": True})
    title, button = _l("New service agreement"), _l("Add agreement")
    return _facts_form(organization, form, ClientAgreement(organization_id=id), title, button=button)


@bp.route("/<int:id>/agreements/<int:row>", may="organization:edit", methods=["GET", "POST"])
def agreement_edit(id: int, row: int) -> Response:
    """Correct a service agreement."""
    organization = queries.get_organization(g.actor, id, "organization:edit")
    agreement_row = queries.get_part(g.actor, ClientAgreement, id, row)
    remove = url_for("organizations.agreement_remove", id=id, row=row)
    return _facts_form(
        organization,
        forms.AgreementForm(obj=agreement_row, part_of=organization),
        agreement_row,
        _l("Service agreement"),
        remove,
    )


@bp.route("/<int:id>/facts/new", may="organization:edit", methods=["GET", "POST"])
def fact(id: int) -> Response:
    """Add a dated figure."""
    organization = queries.get_organization(g.actor, id, "organization:edit")
    kind = request.args.get("kind", "")
    chosen = FactKind.from_code(kind) if kind in {k.value for k in FactKind} else FactKind.staff
    form = figure_forms.FactForm(data={"as_of": clock.today(g.actor.zone), "kind": chosen})
    row = DatedFact(organization_id=id)
    return _facts_form(organization, form, row, _l("New key figure"), button=_l("Add figure"))


@bp.route("/<int:id>/facts/<int:row>", may="organization:edit", methods=["GET", "POST"])
def fact_edit(id: int, row: int) -> Response:
    """Correct a dated figure; a newer one is a new row."""
    organization = queries.get_organization(g.actor, id, "organization:edit")
    fact_row = queries.get_part(g.actor, DatedFact, id, row)
    remove = url_for("organizations.fact_remove", id=id, row=row)
    return _facts_form(
        organization, figure_forms.FactForm(obj=fact_row, part_of=organization), fact_row, _l("Key figure"), remove
    )


@bp.route("/<int:id>/agreements/<int:row>/remove", may="organization:edit", methods=["POST"])
def agreement_remove(id: int, row: int) -> Response:
    """Delete an agreement that was entered by mistake."""
    return _remove(id, ClientAgreement, row, _("Agreement removed."))


@bp.route("/<int:id>/facts/<int:row>/remove", may="organization:edit", methods=["POST"])
def fact_remove(id: int, row: int) -> Response:
    """Delete a figure that was entered by mistake."""
    return _remove(id, DatedFact, row, _("Figure removed."))


def _remove(id: int, model: Any, row: int, message: str, right: str = "organization:edit") -> Response:
    organization = queries.get_organization(g.actor, id, right)
    services.remove_part(organization, queries.get_part(g.actor, model, id, row))
    flash_success(message)
    return redirect_to("desk.organization", id=id)


@bp.route("/<int:id>/owners/new", may="organization:money", methods=["GET", "POST"])
def owner(id: int) -> Response:
    """Add an owner."""
    organization = queries.get_organization(g.actor, id, "organization:money")
    recorded = sum((owner.share or Decimal(0) for owner in queries.list_owners(g.actor, id)), Decimal(0))
    form = forms.OwnershipForm(recorded=recorded)
    row = Ownership(organization_id=id)
    return _facts_form(organization, form, row, _l("New owner"), button=_l("Add owner"))


@bp.route("/<int:id>/owners/<int:row>/remove", may="organization:money", methods=["POST"])
def owner_remove(id: int, row: int) -> Response:
    return _remove(id, Ownership, row, _("Owner removed."), "organization:money")


@bp.route("/<int:id>/roles/new", may="organization:edit", methods=["GET", "POST"])
def post_role(id: int) -> Response:
    """Add a role at a post."""
    organization = queries.get_organization(g.actor, id, "organization:edit")
    row, title = PostRole(organization_id=id), _l("New role at this post")
    return _facts_form(organization, forms.PostRoleForm(), row, title, button=_l("Add role"))


@bp.route("/<int:id>/roles/<int:row>", may="organization:edit", methods=["GET", "POST"])
def post_role_edit(id: int, row: int) -> Response:
    """Change the title or the staffing of a role at a post."""
    organization = queries.get_organization(g.actor, id, "organization:edit")
    role_row = queries.get_part(g.actor, PostRole, id, row)
    return _facts_form(
        organization, forms.PostRoleForm(obj=role_row, part_of=organization), role_row, _l("Role at this post")
    )
