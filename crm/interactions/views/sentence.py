"""A sentence read into the form, and a mail pasted into it. Nothing is saved here."""

from __future__ import annotations

from flask import current_app, g, request
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.errors import Invalid
from crm.core.web.blueprint import render, show_form
from crm.interactions.forms import InteractionForm, PasteForm, SentenceForm
from crm.interactions.lookup import Directory, our_addresses
from crm.interactions.paste import read_mail
from crm.interactions.proposal import from_draft, from_mail
from crm.interactions.sentence import read_sentence

from .bp import bp
from .log import load_side_panel


@bp.route("/interactions/log", may="interaction:make", reads=True, methods=["GET", "POST"])
def say() -> Response:
    """Read one sentence; what was understood stands as chips to confirm, and its form saves it at `new`."""
    form = SentenceForm(data={"say": request.args.get("say"), "record": request.args.get("record")})
    if request.method == "GET" or not form.validate_on_submit():
        return show_form(form, "interactions/log.html", draft=None, log=None)
    known = Directory(g.actor, form.record.data)
    try:
        draft = read_sentence(
            form.say.data, now=clock.now(), zone=g.actor.zone, known=known, their_zone=known.zone_here
        ).settled(form.answer.data)
    except Invalid as problem:
        form.refuse(problem.message, problem.field)
        return show_form(form, "interactions/log.html", draft=None, log=None)
    proposed = from_draft(g.actor, draft, known)
    log = InteractionForm(formdata=None, data=proposed.data, open_to_dos=proposed.open_to_dos)
    proposed.ask(log)
    log.ask_about_days()
    return render("interactions/log.html", form=form, draft=draft, log=log, **load_side_panel(log, proposed.there))


@bp.route("/interactions/paste", may="interaction:make", reads=True, methods=["GET", "POST"])
def paste() -> Response:
    """Read a pasted mail into the log form: who by address, when with its zone, subject and text."""
    form = PasteForm()
    if request.method == "GET" or not form.validate_on_submit():
        return show_form(form, "interactions/paste.html")
    try:
        mail = read_mail(form.mail.data, ours=our_addresses(current_app.config["CRM_MAIL_FROM"]))
    except Invalid as problem:
        form.refuse(problem.message, problem.field)
        return show_form(form, "interactions/paste.html")
    proposed = from_mail(g.actor, mail)
    log = InteractionForm(formdata=None, data=proposed.data, open_to_dos=proposed.open_to_dos)
    proposed.ask(log)
    return render("interactions/edit.html", form=log, row=None, **load_side_panel(log, proposed.there))
