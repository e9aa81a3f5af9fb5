"""The list of interactions and the form that logs, plans and changes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.base import db, row_id
from crm.core.data.history_at_end import history_at_end
from crm.core.data.record import touch
from crm.core.i18n.formats import lang
from crm.core.lists import respond
from crm.core.web.blueprint import flash_success, on_post, show_form
from crm.core.web.redirects import back, next_path
from crm.core.words import _, ngettext
from crm.followups.queries import FollowUpRow
from crm.followups.shared_hours import find_shared_hours
from crm.interactions import lists, queries, services
from crm.interactions.forms import InteractionForm
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionOutcome, InteractionState, split_minutes
from crm.interactions.prefill import SOURCES, FormPrefill, prefill
from crm.interactions.queries.rows import InteractionClientRow
from crm.people.queries import load_affiliations
from crm.records.services import attach

from .bp import bp


@bp.route("/interactions/", may="interaction:see")
def index() -> Response:
    return respond(lists.INTERACTIONS, g.actor, load_page=lists.page_from_now)


@bp.route("/interactions/new", may="interaction:make", methods=["GET", "POST"])
def new() -> Response:
    """Log or plan an interaction; the query string prefills the form."""
    filled = prefill(g.actor, request.args) if request.method == "GET" else FormPrefill({})
    form = InteractionForm(data=filled.data, open_follow_ups=filled.open_follow_ups)
    if filled.ask_names:
        filled.ask_names(form)
    with on_post(form) as posted:
        if posted:
            with history_at_end(db.session()):
                return _save_new(form)
    if request.method == "POST":
        filled = prefill(g.actor, request.args)
        form.offer_to_close([*filled.open_follow_ups, *form.open_follow_ups])
    return show_form(form, "interactions/edit.html", row=None, **load_side_panel(form, filled.their_zone))


def _save_new(form: InteractionForm) -> Response:
    columns = form.columns()
    added = _add_new(form, services.team_of(g.actor, columns, form.to_details()))
    row = services.log_interaction(g.actor, columns, form.to_details(*added), uid=form.uid.data)
    attach(g.actor, row, form.files.data or [])
    _link_sources(row)
    return _redirect_after_save(form, row)


def _add_new(form: InteractionForm, team_id: int | None) -> tuple[list[int], list[int]]:
    """Create what is checked as new; return the people, and the organizations that none of them works at.

    The people work at the selected organization if it is the only one, or at the client; else they belong to the team.
    """
    people, organizations = form.people.adding, form.organizations.adding
    new_organizations = [o.id for o in services.add_new_organizations(g.actor, organizations, people)]
    ids = [*form.organizations.data, *new_organizations] or _employing_clients(form)
    employer_id = ids[0] if len(ids) == 1 else None
    sender = form.sender.form.to_details()
    new_people = services.add_new_people(g.actor, people, employer_id, team_id=team_id, sender=sender)
    if sender and sender.person_id in form.people.data:
        services.add_sender_points(g.actor, sender)
    return [p.id for p in new_people], [i for i in new_organizations if not (new_people and i == employer_id)]


def _employing_clients(form: InteractionForm) -> list[int]:
    """Return the clients as employers of the new people, unless these rather are whom we met for a client.

    Those have a Chinese name, or came with someone who works elsewhere.
    """
    if not form.people.adding:
        return form.client_ids
    positions = load_affiliations(g.actor, form.people.data).values()
    are_colleagues = all(not rows or {x.organization_id for x in rows} & set(form.client_ids) for rows in positions)
    return form.client_ids if are_colleagues and not any(map(lang, form.people.adding)) else []


def _link_sources(row: Interaction) -> None:
    for name, source in SOURCES.items():
        source_id = request.args.get(name, type=row_id)
        if source_id:
            source.link(g.actor, source_id, row)


def _redirect_after_save(form: InteractionForm, row: Interaction) -> Response:
    """Return to the previous page and, without a follow-up, ask what comes next."""
    _flash_saved(form, row, ask=True)
    return back(url_for("desk.interaction", id=row.id))


def _flash_saved(form: InteractionForm, row: Interaction, *, ask: bool) -> None:
    """Flash that it was saved; with `ask` and without a follow-up add a link to create one, else their number."""
    more = None
    message = _("Saved: %(title)s", title=row.subject)
    steps = sum(bool(r.form.title.data) for r in form.follow_ups)
    if ask and steps:
        message = ngettext(
            "Saved: %(title)s, with %(num)s follow-up",
            "Saved: %(title)s, with %(num)s follow-ups",
            steps,
            title=row.subject,
        )
    elif ask:
        about = services.about_for_follow_ups(row)
        next_url = next_path() or None
        more = (_("What next?"), url_for("followups.new", about=about, source=row.id, next=next_url))
    flash_success(message, more=more)


def _minutes_data(row: Interaction, clients: Sequence[InteractionClientRow]) -> dict[str, Any]:
    """Return the clients and the totals of their minutes as form data.

    Even shares of a total are blank, so that they follow it when it is changed. So are minutes that a plan didn't set.
    """
    data = [client._asdict() for client in clients]
    is_open = row.state is InteractionState.planned or bool(request.args.get("happened"))
    prep, travel = (sum(values[name] for values in data) for name in ("prep", "travel"))
    totals = {"contact": row.minutes or 0, "prep": prep, "travel": travel}
    for name, total in totals.items():
        if data and [values[name] for values in data] == split_minutes(total, len(data)):
            data = [values | {name: None} for values in data]
        else:
            data = [values | {name: values[name] or None if is_open else values[name]} for values in data]
            totals[name] = 0
    return {"clients": data, "prep": totals["prep"] or None, "travel": totals["travel"] or None}


def load_side_panel(form: InteractionForm, their_zone: str | None) -> dict[str, Any]:
    """Load the side panel: last interaction, missing requirements, and the zone of the people."""
    day = form.day.data or clock.today(g.actor.zone)
    client_forms = [r.form for r in form.clients if r.form.client_id.data]
    funders = {f.client_id.data: f.funder_id.data if "funder_id" in f else None for f in client_forms}
    last = queries.find_last_interaction(g.actor, form.people.data or form.client_ids)
    return {
        "their_zone": their_zone,
        "hours": find_shared_hours(g.actor, their_zone) if form.state.data is InteractionState.planned else None,
        "last": last,
        "missing_facts": queries.missing_for(g.actor, form.client_ids, day, funders),
        "names": {r.id: r.label or r.native_label for f in client_forms for r in f.client_id.records},
    }


@bp.route("/interactions/<int:id>/edit", may="interaction:edit", methods=["GET", "POST"])
def edit(id: int) -> Response:
    """Change an interaction."""
    row = queries.get_interaction(g.actor, id, "interaction:edit")
    filled = _form_data(row)
    was_planned = row.state is InteractionState.planned
    form = InteractionForm(obj=row, **filled.data, open_follow_ups=filled.open_follow_ups)
    if request.method == "GET" and was_planned and request.args.get("happened"):
        # After "Yes, log it" the form starts as held; saving stores it.
        form.state.data, form.reached.data = InteractionState.held, InteractionOutcome.talked
    with on_post(form) as posted:
        if posted:
            services.change_interaction(g.actor, row, form.columns(), form.to_details(*_add_new(form, row.team_id)))
            if attach(g.actor, row, form.files.data or []):
                # A repeated submit is stale then and does not attach the files twice.
                touch(row)
            _flash_saved(form, row, ask=was_planned and row.state is InteractionState.held)
            return back(url_for("desk.interaction", id=id))
    return show_form(form, "interactions/edit.html", row=row, **load_side_panel(form, filled.their_zone))


def _form_data(row: Interaction) -> FormPrefill:
    """Return the stored values of an interaction as form data."""
    details = queries.load_details(g.actor, row)
    open_follow_ups: list[FollowUpRow] = []
    data = {
        "day": row.wall.date(),
        "time": row.wall.time() if row.time_known else None,
        "people": [p.person_id for p in details.parties if p.person_id],
        "groups": [{"count": p.count, "label": p.label} for p in details.parties if not p.person_id and p.label],
        "organizations": [
            p.organization_id for p in details.parties if not p.person_id and not p.label and p.organization_id
        ],
        "staff": [i for i, _name in details.staff],
        **_minutes_data(row, details.clients),
        "about": [a.id for a in details.about],
        "sent": [{"kind": kind, "description": text} for kind, text in details.sent],
        "files": None,
    }
    return FormPrefill(data, open_follow_ups, next((p.zone for p in details.parties if p.zone), None))
