"""Preview of a quick-log sentence and of a pasted email. Nothing is saved here."""

from __future__ import annotations

from flask import current_app, g, request
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.errors import Invalid
from crm.core.forms.row_lists import clear_errors
from crm.core.web.blueprint import render, show_form
from crm.core.web.redirects import next_path, redirect_to
from crm.interactions.forms import InteractionForm, PasteForm, SentenceForm
from crm.interactions.lookup import NameLookup, staff_addresses
from crm.interactions.mail_proposal import propose_from_email
from crm.interactions.paste import parse_pasted_email
from crm.interactions.prefill import FormPrefill, complete
from crm.interactions.proposal import propose_from_sentence
from crm.interactions.sentence import read_sentence
from crm.interactions.sentence.inquiries import find_inquiry

from .bp import bp
from .log import load_side_panel

MAX_DRAFT_KEY_CHARS = 500
"""How much of an email tells its draft from that of another one: the subject and the beginning of the text."""


@bp.route("/interactions/log", may="interaction:make", reads=True, methods=["GET", "POST"])
def log() -> Response:
    """Parse a sentence into chips and the log form, which is saved by `new`; with `all` show the form by itself."""
    if request.form.get("all") == "preview":
        return _show_all_fields_of_preview()
    form = SentenceForm(data={"sentence": request.args.get("text"), "record": request.args.get("record")})
    if "all" in request.form and not form.sentence.data:
        return redirect_to("interactions.new", about=form.record.data or None, next=next_path() or None)
    if request.method == "GET" or not form.validate_on_submit():
        return show_form(form, "interactions/log.html", draft=None, log=None)
    lookup = NameLookup(g.actor, form.record.data)
    try:
        draft = read_sentence(
            form.sentence.data, now=clock.now(), zone=g.actor.zone, lookup=lookup, their_zone=lookup.page_zone
        ).with_answers(form.answer.data)
    except Invalid as problem:
        form.refuse(problem.message, problem.field)
        return show_form(form, "interactions/log.html", draft=None, log=None)
    proposal = propose_from_sentence(g.actor, draft, lookup)
    log = InteractionForm(formdata=None, data=proposal.data, open_follow_ups=proposal.open_follow_ups)
    proposal.apply_to_form(log)
    if "all" in request.form:
        log.check_similar()
        # The unsaved text of a form isn't restored into that of another record with the same sentence.
        return _show_all_fields(log, proposal, draft_key=f"{form.record.data or ''}:{draft.text}")
    log.check_days(is_preview=True)
    log.check_similar()
    panel = load_side_panel(log, proposal.their_zone)
    return render(
        "interactions/log.html", form=form, draft=draft, log=log, inquiry=find_inquiry(draft, lookup), **panel
    )


def _show_all_fields_of_preview() -> Response:
    """Show the log form with what was entered in a preview, and its open questions; errors are for saving."""
    log = InteractionForm()
    log.validate()
    clear_errors(log)
    clients = [{"client_id": id} for id in log.client_ids]
    data = {"people": log.people.ids, "organizations": log.organizations.ids, "clients": clients}
    filled = complete(g.actor, FormPrefill(data, log.open_follow_ups))
    log.offer_to_close(filled.open_follow_ups)
    return _show_all_fields(log, filled, draft_key=log.uid.data or "")


def _show_all_fields(log: InteractionForm, filled: FormPrefill, draft_key: str) -> Response:
    panel = load_side_panel(log, filled.their_zone)
    return render("interactions/edit.html", form=log, row=None, draft_key=draft_key, **panel)


@bp.route("/interactions/paste", may="interaction:make", reads=True, methods=["GET", "POST"])
def paste() -> Response:
    """Parse a pasted email into the log form."""
    form = PasteForm()
    if request.method == "GET" or not form.validate_on_submit():
        return show_form(form, "interactions/paste.html")
    own_addresses = staff_addresses(current_app.config["CRM_MAIL_FROM"])
    try:
        mail = parse_pasted_email(form.mail.data, own_addresses=own_addresses, today=clock.today(g.actor.zone))
    except Invalid as problem:
        form.refuse(problem.message, problem.field)
        return show_form(form, "interactions/paste.html")
    proposal = propose_from_email(g.actor, mail, own_addresses)
    log = InteractionForm(formdata=None, data=proposal.data, open_follow_ups=proposal.open_follow_ups)
    proposal.apply_to_form(log)
    log.check_similar()
    panel = load_side_panel(log, proposal.their_zone)
    # The unsaved text of an email isn't restored into the form of another.
    subject_and_notes = f"{proposal.data.get('subject') or ''} {proposal.data.get('notes') or ''}"
    draft_key = " ".join(subject_and_notes.split())[:MAX_DRAFT_KEY_CHARS]
    return render("interactions/edit.html", form=log, row=None, draft_key=draft_key, **panel)
