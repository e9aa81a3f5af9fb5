"""Pages of people: the list, forms of people, positions, relations and post holders; China reps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.base import db, row_id
from crm.core.data.record import refuse_archived
from crm.core.errors import NotFound
from crm.core.forms.forms import Form
from crm.core.hooks import RECORD_FORMS
from crm.core.lists import respond
from crm.core.policy import default_counselor_id
from crm.core.web import layout
from crm.core.web.blueprint import Feature, flash_success, on_post, show_form
from crm.core.web.form_flow import go_to, go_to_saved, save_form
from crm.core.web.redirects import redirect_to
from crm.core.words import _, _l
from crm.organizations.models import Organization, PostRole
from crm.organizations.queries import get_organization
from crm.records.contact_point_forms import point_defaults
from crm.records.queries import points_of, tags_of

from . import forms, lists, queries, services
from .models import Affiliation, Person, PostHolder, Relation

bp = Feature("people", __name__, url_prefix="/people")
layout.add_nav_entry("people.index", _l("People"), "people", 20)
layout.add_new_entry("people.new", _l("Person"), "people", 20, _l("New person"))
RECORD_FORMS["representation"] = "people.rep", _l("Add China rep")


@bp.route("/", may="person:see")
def index() -> Response:
    return respond(lists.PEOPLE, g.actor)


@bp.route("/new", may="person:make", methods=["GET", "POST"])
def new() -> Response:
    """Create a person; `at` (an organization's id) and `name` in the URL prefill the form, `card` all fields."""
    defaults = {"organization_id": request.args.get("at", type=row_id), "given_latin": request.args.get("name")}
    defaults["counselor_id"] = default_counselor_id(g.actor)
    prefill: dict[str, Any] = {k: x for k, x in defaults.items() if x} if request.method == "GET" else {}
    if request.method == "GET" and "card" in request.args:
        prefill["formdata"] = request.args
    form = forms.NewPersonForm(**prefill)

    def save() -> Person:
        person = services.add_person(g.actor, form.values(), uid=form.uid.data)
        services.set_contact_details(g.actor, person, form.points, form.tags.data)
        return person

    return save_form(form, save, go_to_saved("desk.person"), "people/edit.html", person=None)


@bp.route("/<int:id>/edit", may="person:edit", methods=["GET", "POST"])
def edit(id: int) -> Response:
    """Change a person."""
    person = queries.get_person(g.actor, id, "person:edit")
    points = points_of([id])[id] if queries.may_see_contact_details(g.actor, person) else []
    defaults = point_defaults(points) | {"tags": ", ".join(tags_of([id])[id])}
    form = forms.PersonForm(obj=person, **defaults)

    def save() -> None:
        services.change_person(g.actor, person, form.values())
        services.set_contact_details(g.actor, person, form.points, form.tags.data)

    return save_form(form, save, go_to("desk.person", id=id), "people/edit.html", person=person)


def _related_form(
    form: Form, person: Person, title: object, save: Callable[[dict[str, Any]], object], button: object = None
) -> Response:
    """Show or save a form that belongs to one person; the text of its button is "Save changes" without `button`."""
    then, texts = go_to("desk.person", id=person.id), {"title": title, "button": button}
    return save_form(form, lambda: save(form.values()), then, "people/part.html", person=person, **texts)


@bp.route("/<int:id>/affiliations/new", may="person:edit", methods=["GET", "POST"])
def affiliation(id: int) -> Response:
    """Add a position."""
    person = queries.get_person(g.actor, id, "person:edit")
    save = partial(services.add_affiliation, g.actor, person)
    return _related_form(forms.AffiliationForm(), person, _l("New position"), save, _l("Add position"))


@bp.route("/<int:id>/affiliations/<int:row>/edit", may="person:edit", methods=["GET", "POST"])
def affiliation_edit(id: int, row: int) -> Response:
    """Change a position."""
    person = queries.get_person(g.actor, id, "person:edit")
    affiliation = _row(Affiliation, row, person_id=id)
    get_organization(g.actor, affiliation.organization_id)
    save = partial(services.change_affiliation, g.actor, person, affiliation)
    return _related_form(forms.AffiliationForm(obj=affiliation, part_of=person), person, _l("Position"), save)


@bp.route("/<int:id>/relations/new", may="person:edit", methods=["GET", "POST"])
def relation(id: int) -> Response:
    """Add a relation to another person."""
    person = queries.get_person(g.actor, id, "person:edit")

    def save(values: dict[str, Any]) -> None:
        services.add_relation(g.actor, person, queries.get_person(g.actor, values["other_id"]), values)

    return _related_form(forms.RelationForm(), person, _l("New relationship"), save, _l("Add relationship"))


@bp.route("/<int:id>/relations/<int:row>/remove", may="person:edit", methods=["POST"])
def relation_remove(id: int, row: int) -> Response:
    """Delete a relation; it stays in the history."""
    queries.get_person(g.actor, id, "person:edit")
    if row not in [relation_row.id for relation_row in queries.list_relations(g.actor, id)]:
        raise NotFound
    db.session.delete(_row(Relation, row))
    flash_success(_("Relationship removed."))
    return redirect_to("desk.person", id=id)


@bp.route("/posts/<int:id>/roles/<int:row>/holder", may="person:edit", methods=["GET", "POST"])
def holder(id: int, row: int) -> Response:
    """Set the holder of a role at a post, or mark the role vacant."""
    post = get_organization(g.actor, id, "organization:edit")
    role = _row(PostRole, row, organization_id=id)
    form = forms.HolderForm()
    with on_post(form) as posted:
        if posted:
            refuse_archived(post)
            person = queries.get_person(g.actor, form.selected_person_id) if form.selected_person_id else None
            services.assign_role(g.actor, role, person, form.values(), clock.today(g.actor.zone))
            flash_success(_("Changes saved."))
            return redirect_to("desk.organization", id=id)
    page_url = url_for("desk.organization", id=id)
    return show_form(form, "people/part.html", person=None, title=role.title, back_label=post.label, page_url=page_url)


@bp.route("/<int:id>/posts/<int:row>", may="person:edit", methods=["GET", "POST"])
def holder_edit(id: int, row: int) -> Response:
    """Correct the dates of a holder of a role at a post."""
    person, holder_row, role, post = _load_holder(id, row)
    form = forms.TermForm(obj=holder_row, part_of=person)
    remove, page_url = url_for("people.holder_remove", id=id, row=row), url_for("desk.organization", id=post.id)
    heading = {"title": role.title, "back_label": post.label, "page_url": page_url}

    def save() -> None:
        services.change_post_holder(person, holder_row, form.values())

    then = go_to("desk.organization", id=post.id)
    return save_form(form, save, then, "people/part.html", person=person, remove=remove, **heading)


@bp.route("/<int:id>/posts/<int:row>/remove", may="person:edit", methods=["POST"])
def holder_remove(id: int, row: int) -> Response:
    """Delete a holder of a role at a post."""
    person, holder_row, _role, post = _load_holder(id, row)
    services.remove_post_holder(person, holder_row)
    flash_success(_("Holder removed."))
    return redirect_to("desk.organization", id=post.id)


def _load_holder(id: int, row: int) -> tuple[Person, PostHolder, PostRole, Organization]:
    person = queries.get_person(g.actor, id, "person:edit")
    holder_row: PostHolder = _row(PostHolder, row, person_id=id)
    role = db.session.get_one(PostRole, holder_row.post_role_id)
    return person, holder_row, role, get_organization(g.actor, role.organization_id, "organization:edit")


@bp.route("/reps/", may="representation:see")
def reps() -> Response:
    """Show the list of China reps."""
    return respond(lists.REPS, g.actor)


@bp.route("/reps/new", may="representation:edit", methods=["GET", "POST"])
def rep() -> Response:
    """Create a China rep; `client`, `person` and `organization` (ids) in the URL prefill the form."""
    defaults = {f"{k}_id": request.args.get(k, type=row_id) for k in ("client", "person", "organization")}
    form = forms.RepresentationForm(**{k: x for k, x in defaults.items() if x} if request.method == "GET" else {})
    with on_post(form) as posted:
        if posted:
            row = services.save_representation(g.actor, form.values(), uid=form.uid.data)
            flash_success(_("%(name)s was saved.", name=row.label))
            return redirect_to("desk.organization", id=row.client_id)
    return show_form(form, "people/rep.html", rep=None)


@bp.route("/reps/<int:id>/edit", may="representation:edit", methods=["GET", "POST"])
def rep_edit(id: int) -> Response:
    """Change a China rep."""
    row = queries.get_representation(g.actor, id, "representation:edit")
    form = forms.RepresentationForm(obj=row)

    def save() -> None:
        services.save_representation(g.actor, form.values(), row)

    return save_form(form, save, go_to("desk.representation", id=id), "people/rep.html", rep=row)


def _row(cls: Any, row: int, **expected: int) -> Any:
    result = db.session.get(cls, row)
    if result is None or any(getattr(result, k) != x for k, x in expected.items()):
        raise NotFound
    return result
