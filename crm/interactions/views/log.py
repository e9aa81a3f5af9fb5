"""The list of contacts and the one form that logs, plans and changes them."""

from __future__ import annotations

from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.base import row_id
from crm.core.data.record import touch
from crm.core.lists import respond
from crm.core.web.blueprint import flash_success, on_post, show_form
from crm.core.web.redirects import back, next_path
from crm.core.words import _
from crm.followups.queries import ToDo
from crm.interactions import lists, queries, services
from crm.interactions.forms import InteractionForm
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionState, Reached
from crm.interactions.prefill import SOURCES, Filled, prefill
from crm.interactions.undo import undo_url
from crm.records.services import attach

from .bp import bp


@bp.route("/interactions/", may="interaction:see")
def index() -> Response:
    """Show the list."""
    return respond(lists.INTERACTIONS, g.actor)


@bp.route("/interactions/new", may="interaction:make", methods=["GET", "POST"])
def new() -> Response:
    """Log or plan a contact; the address says from where."""
    filled = prefill(g.actor, request.args)
    form = InteractionForm(data=filled.data, open_to_dos=filled.open_to_dos)
    with on_post(form) as posted:
        if posted:
            columns = form.columns()
            new_ids = _add_new(form, services.team_of(g.actor, columns, form.told()))
            tried = services.before_tries(g.actor, form.tries)
            row = services.log_interaction(g.actor, columns, form.told(new_ids), uid=form.uid.data)
            attach(g.actor, row, form.files.data or [])
            _tell_sources(row)
            return _saved(form, row, tried)
    return show_form(form, "interactions/edit.html", row=None, **load_side_panel(form, filled.there))


def _add_new(form: InteractionForm, team_id: int | None) -> list[int]:
    """Make the people who were ticked as new: at the one organization named, if there is one, else of a team."""
    organizations = form.firms.data + [i for i in form.client_ids if not form.firms.data]
    at = organizations[0] if len(organizations) == 1 else None
    return [p.id for p in services.add_new_people(g.actor, form.people.adding, at, team_id=team_id)]


def _tell_sources(row: Interaction) -> None:
    for name, source in SOURCES.items():
        asked = request.args.get(name, type=row_id)
        if asked:
            source.became(g.actor, asked, row)


def _saved(form: InteractionForm, row: Interaction, tried: dict[str, Any]) -> Response:
    """Go back to where one was, with the way back and, without a promise, the question what next."""
    _say_saved(form, row, ask=True, undo=undo_url(row, form.closes.data or [], tried=tried))
    return back(url_for("desk.interaction", id=row.id))


def _say_saved(form: InteractionForm, row: Interaction, *, ask: bool, undo: str | None = None) -> None:
    """Say that it is saved; `ask` also what is next, unless a promise was written."""
    more = None
    if ask and not any(r.form.title.data for r in form.follow_ups):
        about = services.about_for_follow_ups(row)
        here = next_path() or None
        more = (_("What next?"), url_for("followups.new", about=about, source=row.id, next=here))
    flash_success(_("Saved: %(title)s", title=row.subject), undo=undo, more=more)


def load_side_panel(form: InteractionForm, there: str | None) -> dict[str, Any]:
    """What stands beside the form: the last time, what is missing to count, the zone of those who are met."""
    day = form.day.data or clock.today(g.actor.zone)
    named = [r.form for r in form.clients if r.form.client_id.data]
    funders = {f.client_id.data: f.funder_id.data if "funder_id" in f else None for f in named}
    last = queries.last_with(g.actor, form.people.data or form.client_ids)
    return {
        "there": there,
        "last": last,
        "missing_facts": queries.missing_for(g.actor, form.client_ids, day, funders),
        "names": {r.id: r.label or r.native_label for f in named for r in f.client_id.records},
    }


@bp.route("/interactions/<int:id>/edit", may="interaction:edit", methods=["GET", "POST"])
def edit(id: int) -> Response:
    """Change a contact."""
    row = queries.interaction(g.actor, id, "interaction:edit")
    filled = _kept(row)
    was_planned = row.state is InteractionState.planned
    form = InteractionForm(obj=row, **filled.data, open_to_dos=filled.open_to_dos)
    if request.method == "GET" and was_planned and request.args.get("happened"):
        # "Did it happen? Yes, log it": the form begins with the answer, and saving makes it so.
        form.state.data, form.reached.data = InteractionState.held, Reached.talked
    with on_post(form) as posted:
        if posted:
            services.change_interaction(g.actor, row, form.columns(), form.told(_add_new(form, row.team_id)))
            if attach(g.actor, row, form.files.data or []):
                # The form that comes a second time is stale then, and keeps no file twice.
                touch(row)
            _say_saved(form, row, ask=was_planned and row.state is InteractionState.held)
            return back(url_for("desk.interaction", id=id))
    return show_form(form, "interactions/edit.html", row=row, **load_side_panel(form, filled.there))


def _kept(row: Interaction) -> Filled:
    """What is kept of a contact, as data of the form."""
    kept = queries.details(g.actor, row)
    open_to_dos: list[ToDo] = []
    data = {
        "day": row.wall.date(),
        "time": row.wall.time(),
        "people": [p.person_id for p in kept.parties if p.person_id],
        "crowd": [{"count": p.count, "label": p.label} for p in kept.parties if not p.person_id and p.label],
        "firms": [p.organization_id for p in kept.parties if not p.person_id and not p.label and p.organization_id],
        "staff": [i for i, _name in kept.staff],
        "clients": [c._asdict() for c in kept.clients],
        "about": [a.id for a in kept.about],
        "sent": [{"kind": kind, "what": what} for kind, what in kept.sent],
        "files": None,
    }
    return Filled(data, open_to_dos, next((p.zone for p in kept.parties if p.zone), None))
