"""A mailing to selected people, organizations or participants: choose a template, preview each email, send."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask import g, request, url_for
from werkzeug.wrappers import Response

from crm.core.data.base import row_id
from crm.core.errors import Invalid
from crm.core.mail.messages import RenderedMail, link_to
from crm.core.policy import can
from crm.core.web.blueprint import flash_error, on_post, render, show_form
from crm.core.web.redirects import redirect_to, redirect_url
from crm.core.words import _
from crm.mailings import queries, services
from crm.mailings.forms import MailingForm
from crm.mailings.mails import choose_send_time, render_email
from crm.mailings.models import EmailTemplate, Mailing
from crm.mailings.recipients import EmailText, MailCandidate, Sender
from crm.mailings.selection import (
    MailMerge,
    PeopleSelection,
    build_merge,
    read_organizations,
    read_participants,
    read_people,
)
from crm.people.send_times import OPTION
from crm.shows import queries as show_queries
from crm.shows.policy import Attendance

from .bp import bp

LIST_VIEWS = {"people": "mailings.new", "organizations": "mailings.new_to_organizations"}


@bp.app_context_processor
def _list_parts() -> dict[str, Any]:
    """Provide the URL of the button in the selection bar of lists."""
    if not g.get("actor") or not can(g.actor, "mailing:send"):
        return {}
    return {"mailing_url_of": lambda name: url_for(LIST_VIEWS[name]) if name in LIST_VIEWS else ""}


@bp.route("/mailings/new", may="mailing:send", methods=["GET", "POST"])
def new() -> Response:
    """Choose a template for the selected people, then look at each email and send them."""
    read = partial(read_people, g.actor, request.args)
    return _write(read, url_for("people.index"), _("Select at least one person in the list."))


@bp.route("/mailings/new/organizations", may="mailing:send", methods=["GET", "POST"])
def new_to_organizations() -> Response:
    """Write to a contact of each selected organization."""
    read = partial(read_organizations, g.actor, request.args)
    return _write(read, url_for("organizations.index"), _("Select at least one organization with a person to email."))


@bp.route("/shows/<int:id>/email", may="mailing:send", methods=["GET", "POST"])
def new_to_participants(id: int) -> Response:
    """Write to the participants of a show, of one status or all."""
    show = show_queries.get_show(g.actor, id, "mailing:send")
    status = request.args.get("status", type=lambda code: Attendance.from_code(code) if code else None)
    read = partial(read_participants, g.actor, show, status)
    return _write(read, url_for("desk.show", id=id), _("There are no people to email."), statuses=list(Attendance))


def _write(
    read: Callable[[], PeopleSelection], url: str, empty_message: str, statuses: Sequence[Attendance] = ()
) -> Response:
    """Show the steps of a mailing to the selection that `read` returns; without one go to `url` with a message."""
    try:
        selection = read()
    except Invalid as problem:
        flash_error(problem.message)
        return redirect_url(url)
    if not selection.ids:
        flash_error(empty_message)
        return redirect_url(selection.return_url)
    template_id = request.args.get("template", type=row_id)
    if template_id is None:
        templates = queries.list_templates(g.actor)
        hidden = [] if statuses else selection.params  # the status of participants is a field of the form
        parts: dict[str, Any] = {"templates": templates, "statuses": statuses, "hidden": hidden, "option": OPTION}
        return render("mailings/choose.html", selection=selection, **parts)
    return _preview(selection, queries.get_template(g.actor, template_id))


def _preview(selection: PeopleSelection, template: EmailTemplate) -> Response:
    sender = queries.load_sender(g.actor)
    merge = build_merge(g.actor, sender, selection.ids, queries.load_texts(template.id))
    form = MailingForm(template_id=template.id, checked=merge.digest)
    with on_post(form) as posted:
        if posted:
            return _redirect_after_start(_send(selection, template, form, merge))
    form.checked.data = merge.digest
    form.checked.raw_data = None
    return show_form(form, "mailings/preview.html", **_context(selection, template, merge, sender))


def _send(selection: PeopleSelection, template: EmailTemplate, form: MailingForm, merge: MailMerge) -> Mailing:
    if form.checked.data != merge.digest:
        raise Invalid(_("Check the emails again: the template or the recipients have changed since you opened them."))
    options = {"title": template.name, "template_id": template.id, "uid": form.uid.data, "on_workday": _on_workday()}
    return services.start_mailing(g.actor, selection.ids, queries.load_texts(template.id), **options)


def _on_workday() -> bool:
    """Return whether the emails wait for the next working day of their recipients."""
    return request.args.get("on_workday") == "1"


def _redirect_after_start(mailing: Mailing) -> Response:
    return redirect_to("mailings.show", id=mailing.id)


def _context(selection: PeopleSelection, template: EmailTemplate, merge: MailMerge, sender: Sender) -> dict[str, Any]:
    position = min(max(request.args.get("position", 1, type=int), 1), max(len(merge.included), 1))
    candidate = merge.included[position - 1] if merge.included else None
    email = _render(candidate, sender) if candidate else None
    view, place = str(request.endpoint), dict(request.view_args or {})
    pages = {n: url_for(view, **place, **_as_args(selection, template.id, n)) for n in (position - 1, position + 1)}
    context: dict[str, Any] = {"selection": selection, "row": template, "merge": merge, "sender": sender}
    scheduled_for = choose_send_time(candidate, sender).text if candidate and _on_workday() else ""
    context |= {"position": position, "candidate": candidate, "email": email, "pages": pages}
    return context | {"scheduled_for": scheduled_for}


def _render(candidate: MailCandidate, sender: Sender) -> RenderedMail:
    """Render the email to a recipient, with a link like the one that it will have."""
    text, url = candidate.text or EmailText("", ""), link_to("/unsubscribe/…")
    return render_email(candidate, text, sender, is_bulk=True, unsubscribe_url=url)


def _as_args(selection: PeopleSelection, template_id: int, position: int) -> dict[str, Any]:
    args: dict[str, Any] = {}
    for name, value in selection.params:
        args.setdefault(name, []).append(value)
    args |= {"on_workday": "1"} if _on_workday() else {}
    return args | {"template": template_id, "position": position}
