"""Pages of people: list, form, jobs, relations, posts held, China reps."""

from __future__ import annotations

from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.base import db, row_id
from crm.core.errors import NotFound
from crm.core.lists import respond
from crm.core.web import layout
from crm.core.web.blueprint import Feature, flash_success, on_post, show_form
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
layout.new("people.new", _l("Person"), "people", 20)


@bp.route("/", may="person:see")
def index() -> Response:
    """Show the list."""
    return respond(lists.PEOPLE, g.actor)


@bp.route("/new", may="person:make", methods=["GET", "POST"])
def new() -> Response:
    """Make a person; `at` in the address names the organization."""
    asked = {"organization_id": request.args.get("at", type=row_id), "given_latin": request.args.get("name")}
    form = forms.NewPersonForm(**{k: x for k, x in asked.items() if x} if request.method == "GET" else {})
    with on_post(form) as posted:
        if posted:
            person = services.add_person(g.actor, form.values(), uid=form.uid.data)
            services.set_contact_details(g.actor, person, form.points, form.tags.data)
            flash_success(_("%(name)s was saved.", name=person.label))
            return redirect_to("desk.person", id=person.id)
    return show_form(form, "people/edit.html", person=None)


@bp.route("/<int:id>/edit", may="person:edit", methods=["GET", "POST"])
def edit(id: int) -> Response:
    """Change a person."""
    person = queries.get_person(g.actor, id, "person:edit")
    channels = points_of([id])[id] if queries.may_see_contact_details(g.actor, person) else []
    shown = point_defaults(channels) | {"tags": ", ".join(tags_of([id])[id])}
    form = forms.PersonForm(obj=person, **shown)
    with on_post(form) as posted:
        if posted:
            services.change_person(g.actor, person, form.values())
            services.set_contact_details(g.actor, person, form.points, form.tags.data)
            flash_success(_("Saved."))
            return redirect_to("desk.person", id=id)
    return show_form(form, "people/edit.html", person=person)


def _related_form(form: Any, person: Person, title: object, save: Any) -> Response:
    """The round of a small form about one person."""
    with on_post(form) as posted:
        if posted:
            save(form.values())
            flash_success(_("Saved."))
            return redirect_to("desk.person", id=person.id)
    return show_form(form, "people/part.html", person=person, title=title)


@bp.route("/<int:id>/jobs/new", may="person:edit", methods=["GET", "POST"])
def job(id: int) -> Response:
    """Add a job."""
    person = queries.get_person(g.actor, id, "person:edit")
    save = lambda values: services.add_affiliation(g.actor, person, values)  # noqa: E731
    return _related_form(forms.AffiliationForm(), person, _l("Works at"), save)


@bp.route("/<int:id>/jobs/<int:row>/edit", may="person:edit", methods=["GET", "POST"])
def job_edit(id: int, row: int) -> Response:
    """Change a job."""
    person = queries.get_person(g.actor, id, "person:edit")
    held = _row(Affiliation, row, person_id=id)
    get_organization(g.actor, held.organization_id)
    save = lambda values: services.change_affiliation(g.actor, person, held, values)  # noqa: E731
    return _related_form(forms.AffiliationForm(obj=held, part_of=person), person, _l("Works at"), save)


@bp.route("/<int:id>/relations/new", may="person:edit", methods=["GET", "POST"])
def relation(id: int) -> Response:
    """Say whom a person knows."""
    person = queries.get_person(g.actor, id, "person:edit")
    save = lambda v: services.add_relation(g.actor, person, queries.get_person(g.actor, v["other_id"]), v)  # noqa: E731
    return _related_form(forms.RelationForm(), person, _l("Relationship"), save)


@bp.route("/<int:id>/relations/<int:row>/remove", may="person:edit", methods=["POST"])
def relation_remove(id: int, row: int) -> Response:
    """Take a relation away; history keeps it."""
    queries.get_person(g.actor, id, "person:edit")
    if row not in [known.id for known in queries.list_relations(g.actor, id)]:
        raise NotFound
    db.session.delete(_row(Relation, row))
    flash_success(_("Removed."))
    return redirect_to("desk.person", id=id)


@bp.route("/posts/<int:id>/roles/<int:row>/holder", may="person:edit", methods=["GET", "POST"])
def holder(id: int, row: int) -> Response:
    """Put somebody into a role at a post, or say that it is vacant."""
    post = get_organization(g.actor, id, "organization:edit")
    role = _row(PostRole, row, organization_id=id)
    form = forms.HolderForm()
    with on_post(form) as posted:
        if posted:
            who = queries.get_person(g.actor, form.selected_person_id) if form.selected_person_id else None
            services.assign_role(role, who, form.values(), clock.today(g.actor.zone))
            flash_success(_("Saved."))
            return redirect_to("desk.organization", id=id)
    page_url = url_for("desk.organization", id=id)
    return show_form(form, "people/part.html", person=None, title=role.title, back_label=post.label, page_url=page_url)


@bp.route("/<int:id>/posts/<int:row>", may="person:edit", methods=["GET", "POST"])
def holder_edit(id: int, row: int) -> Response:
    """Correct when somebody holds, or held, a role at a post."""
    person, held, role, post = _load_holder(id, row)
    form = forms.TermForm(obj=held, part_of=person)
    with on_post(form) as posted:
        if posted:
            services.change_post_holder(person, held, form.values())
            flash_success(_("Saved."))
            return redirect_to("desk.organization", id=post.id)
    remove, page_url = url_for("people.holder_remove", id=id, row=row), url_for("desk.organization", id=post.id)
    at = {"title": role.title, "back_label": post.label, "page_url": page_url}
    return show_form(form, "people/part.html", person=person, remove=remove, **at)


@bp.route("/<int:id>/posts/<int:row>/remove", may="person:edit", methods=["POST"])
def holder_remove(id: int, row: int) -> Response:
    """Take away that somebody held a role at a post."""
    person, held, _role, post = _load_holder(id, row)
    services.remove_post_holder(person, held)
    flash_success(_("Removed."))
    return redirect_to("desk.organization", id=post.id)


def _load_holder(id: int, row: int) -> tuple[Person, PostHolder, PostRole, Organization]:
    person = queries.get_person(g.actor, id, "person:edit")
    held: PostHolder = _row(PostHolder, row, person_id=id)
    role = db.session.get_one(PostRole, held.post_role_id)
    return person, held, role, get_organization(g.actor, role.organization_id, "organization:edit")


@bp.route("/reps/", may="representation:see")
def reps() -> Response:
    """Show the list of China reps."""
    return respond(lists.REPS, g.actor)


@bp.route("/reps/new", may="representation:edit", methods=["GET", "POST"])
def rep() -> Response:
    """Say who stands for a client in China; `client`, `person` and `firm` in the address fill the form."""
    asked = {f"{k}_id": request.args.get(k, type=row_id) for k in ("client", "person", "firm")}
    form = forms.RepresentationForm(**{k: x for k, x in asked.items() if x} if request.method == "GET" else {})
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
    with on_post(form) as posted:
        if posted:
            services.save_representation(g.actor, form.values(), row)
            flash_success(_("Saved."))
            return redirect_to("desk.representation", id=id)
    return show_form(form, "people/rep.html", rep=row)


def _row(cls: Any, row: int, **where: int) -> Any:
    found = db.session.get(cls, row)
    if found is None or any(getattr(found, k) != x for k, x in where.items()):
        raise NotFound
    return found
