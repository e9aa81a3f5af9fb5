"""An email to one person."""

from __future__ import annotations

from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core.data.base import row_id
from crm.core.web.blueprint import flash_success, on_post, show_form
from crm.core.web.redirects import redirect_to
from crm.core.web.resume import SHOW_AGAIN
from crm.core.words import _
from crm.mailings import queries, services
from crm.mailings.fields import fill_in
from crm.mailings.forms import FIELD_NAMES, PersonEmailForm
from crm.mailings.mails import choose_send_time, render_email
from crm.mailings.models import Mailing
from crm.mailings.policy import choose_text
from crm.mailings.recipients import EmailText, MailCandidate, Sender, find_bounces, load_candidates
from crm.people.models import Person
from crm.people.queries import get_person
from crm.people.send_times import SendTime

from .bp import bp


@bp.route("/people/<int:id>/email", may="mailing:send", methods=["GET", "POST"])
def person(id: int) -> Response:
    """Write to a person, from a template or freely; the preview shows it as it will be sent."""
    row = get_person(g.actor, id, "mailing:send")
    sender = queries.load_sender(g.actor)
    candidate = load_candidates(g.actor, sender, [id], {}, is_bulk=False)[0]
    send_time = choose_send_time(candidate, sender)
    data = None
    if request.method == "GET":
        data = _fill_template(candidate, sender)
    form = PersonEmailForm(candidate, send_time, data=data)
    with on_post(form) as posted:
        if posted:
            text = EmailText(form.subject.data or "", form.body.data or "")
            options = {"language": form.language.data, "address": form.address.data, "uid": form.uid.data}
            mailing = services.send_to_one(g.actor, id, text, on_workday=form.on_workday.data, **options)
            return _redirect_after_sending(row, mailing, send_time)
    return show_form(form, "mailings/person.html", **_context(row, candidate, sender, form))


def _redirect_after_sending(row: Person, mailing: Mailing, send_time: SendTime) -> Response:
    name = row.label or row.native_label
    message = _("The email to %(name)s is on its way.", name=name)
    if mailing.on_workday:
        message = _("The email to %(name)s is scheduled for %(time)s.", name=name, time=send_time.text)
    flash_success(message, more=(_("Open email"), url_for("mailings.show", id=mailing.id)))
    return redirect_to("desk.person", id=row.id)


def _fill_template(candidate: MailCandidate, sender: Sender) -> dict[str, Any]:
    """Return the text of the template in the address, with the fields of this person."""
    template_id = request.args.get("template", type=row_id)
    texts = queries.load_texts(queries.get_template(g.actor, template_id).id) if template_id else {}
    language = choose_text(texts, request.args.get("language", candidate.language))
    if language is None:
        return {"language": candidate.language}
    chosen = load_candidates(g.actor, sender, [candidate.person_id], {language: texts[language]}, is_bulk=False)[0]
    filled = {name: value for name, value in chosen.values.items() if value}
    text = texts[language]
    return {"subject": fill_in(text.subject, filled), "body": fill_in(text.body, filled), "language": language}


def _context(row: Person, candidate: MailCandidate, sender: Sender, form: PersonEmailForm) -> dict[str, Any]:
    preview = None
    if request.method == "POST" and SHOW_AGAIN in request.form:
        text = EmailText(form.subject.data or "", form.body.data or "")
        chosen = load_candidates(g.actor, sender, [row.id], {form.language.data: text}, is_bulk=False)[0]
        preview = render_email(chosen, text, sender, is_bulk=False)
    scheduled_for = choose_send_time(candidate, sender).text if form.on_workday.data else ""
    context: dict[str, Any] = {"person": row, "candidate": candidate, "sender": sender, "preview": preview}
    context |= {"scheduled_for": scheduled_for, "bounces": find_bounces(g.actor, row)}
    return context | {"templates": queries.list_templates(g.actor), "fields": FIELD_NAMES, "show_again": SHOW_AGAIN}


@bp.route("/people/<int:id>/email/stop", may="person:edit", methods=["POST"])
def stop(id: int) -> Response:
    """Record that a person asked for no more email."""
    row = get_person(g.actor, id, "person:edit")
    services.stop_email(g.actor, row)
    undo = url_for("mailings.allow", id=id)
    flash_success(_("%(name)s won't be emailed anymore.", name=row.label or row.native_label), undo_url=undo)
    return redirect_to("mailings.person", id=id)


@bp.route("/people/<int:id>/email/allow", may="person:edit", methods=["POST"])
def allow(id: int) -> Response:
    """Record that a person agreed to email again."""
    row = get_person(g.actor, id, "person:edit")
    services.allow_email(g.actor, row)
    flash_success(_("%(name)s can be emailed again.", name=row.label or row.native_label))
    return redirect_to("mailings.person", id=id)


@bp.route("/people/<int:id>/email/resume", may="person:edit", methods=["POST"])
def resume(id: int) -> Response:
    """Allow email to a person's addresses after an earlier one could not be delivered."""
    row = get_person(g.actor, id, "person:edit")
    services.resume_email(row)
    flash_success(_("%(name)s can be emailed again.", name=row.label or row.native_label))
    return redirect_to("mailings.person", id=id)
