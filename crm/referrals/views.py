"""Pages of questions to colleagues."""

from __future__ import annotations

from flask import g, request
from werkzeug.wrappers import Response

from crm.core.data.base import db, row_id
from crm.core.data.identity import User
from crm.core.data.record import find_visible
from crm.core.errors import Conflict, NotFound
from crm.core.hooks import ABSENCES
from crm.core.lists import respond
from crm.core.web import layout
from crm.core.web.blueprint import Feature, flash_success
from crm.core.web.commands import Command, add_command
from crm.core.web.form_flow import go_to, save_form
from crm.core.web.redirects import redirect_to
from crm.core.words import _, _l

from . import forms, lists, queries, services
from .models import Referral
from .policy import ReferralState

bp = Feature("referrals", __name__, url_prefix="/referrals")
layout.add_new_entry("referrals.new", _l("Question to a colleague"), "help", 95, _l("Ask a colleague"))
add_command(Command("referrals.index", _l("Questions to colleagues"), "help", _l("ask colleague referral")))


@bp.route("/", may="referral:use")
def index() -> Response:
    return respond(lists.REFERRALS, g.actor)


@bp.route("/new", may="referral:use", methods=["GET", "POST"])
def new() -> Response:
    """Ask a colleague; `record` and `to` in the address fill the form."""
    record = find_visible(g.actor, request.args.get("record", type=row_id))
    filled = {"record_id": record.id if record else None, "to_id": request.args.get("to", type=row_id)}
    form = forms.ReferralForm(**(filled if request.method == "GET" else {}))

    def save() -> Referral:
        to_id, question = form.to_id.data or 0, form.question.data
        return services.ask_colleague(g.actor, to_id, question, form.record_id.data, uid=form.uid.data)

    return save_form(form, save, _redirect_to_referral, "referrals/new.html")


def _redirect_to_referral(row: Referral) -> Response:
    flash_success(_("Question sent."))
    return redirect_to("referrals.show", id=row.id)


@bp.route("/<int:id>", may="referral:use", methods=["GET", "POST"])
def show(id: int) -> Response:
    """Show a question; the colleague answers it here."""
    try:
        row = queries.get_referral(g.actor, id)
    except NotFound:
        message = _describe_former(queries.get_former_referral(g.actor, id))
        if request.method == "POST":
            raise Conflict(message, record_url="/referrals/") from None
        flash_success(message)
        return redirect_to("referrals.index")
    form = forms.ReferralAnswerForm()

    def save() -> None:
        services.answer_referral(g.actor, row, form.answer.data)

    then, absence = go_to("referrals.show", _("Answer sent."), id=id), _absence_text(row)
    is_asker = row.from_id == g.actor.id
    covering = _name_covering(row) if absence and is_asker else {}
    asker = db.session.get_one(User, row.from_id) if absence and not is_asker else None
    referral = queries.load_referral(g.actor, id)
    return save_form(
        form, save, then, "referrals/show.html", referral=referral, absence=absence, asker=asker, **covering
    )


def _describe_former(row: Referral) -> str:
    """Return why a colleague who covers can't open a question, to which an email or the digest leads."""
    name = db.session.get_one(User, row.to_id).name
    if row.state is ReferralState.answered:
        return _("%(name)s answered this question.", name=name)
    if row.state is ReferralState.withdrawn:
        return _("The question to %(name)s was withdrawn.", name=name)
    return _("You no longer need to look at this question. %(name)s will answer it.", name=name)


def _name_covering(row: Referral) -> dict[str, str]:
    """Return the names of the colleagues who cover: of those who may see the record, and of those who may not."""
    users = {"covering": queries.list_covering_users(row), "without_access": queries.list_users_without_access(row)}
    return {key: ", ".join(user.name for user in those) for key, those in users.items()}


def _absence_text(row: Referral) -> str:
    """Return how long the colleague is away whose answer is missing; "" otherwise, and for the colleague."""
    is_waiting = row.state is ReferralState.open and row.to_id != g.actor.id
    return " ".join(filter(None, (hook(row.to_id) for hook in ABSENCES))) if is_waiting else ""


@bp.route("/<int:id>/withdraw", may="referral:use", methods=["POST"])
def withdraw(id: int) -> Response:
    """Withdraw a question."""
    services.withdraw_referral(g.actor, queries.get_referral(g.actor, id))
    flash_success(_("Question withdrawn."))
    return redirect_to("referrals.show", id=id)
