"""The page *Email*: the list, one email, its actions, and pausing all email."""

from __future__ import annotations

from flask import current_app, g, request, url_for
from werkzeug.wrappers import Response

from crm.core import clock
from crm.core.data.base import db, row_id
from crm.core.forms.params import bad_address
from crm.core.mail.outbox import channel, operate
from crm.core.mail.outbox.kinds import KINDS
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import MailState
from crm.core.ops.health import mail_problems
from crm.core.policy import Role
from crm.core.web import layout
from crm.core.web.blueprint import Feature, flash_success, render
from crm.core.web.redirects import redirect_to
from crm.core.words import _, _l, _p
from crm.inbox.queries import count_waiting
from crm.reminders.kinds import list_email_kinds

from . import queries
from .explain import MailExplanation, explain_digests, explain_reminders
from .policy import may_answer

bp = Feature("mail", __name__, url_prefix="/mail")
layout.add_nav_entry("mail.index", _p("message", "Email"), "mail", 90)
UNSURE = "unsure"
"""The filter of emails whose delivery was ever unconfirmed, also those sent since."""
TABS = {
    "due": _l("Queued"),
    "retrying": _l("Retrying"),
    "held": _p("email", "Held"),
    "dead": _l("Not delivered"),
    "sent": _l("Sent"),
    "cancelled": _l("Canceled"),
}


@bp.route("/", may="mail:see")
def index() -> Response:
    """List emails by state, newest first."""
    group = request.args.get("state") or None
    before = request.args.get("after", type=row_id)
    if (group is not None and group not in TABS) or ("after" in request.args and before is None):
        raise bad_address()
    ever = request.args.get("ever") or None
    if ever not in (None, UNSURE):
        raise bad_address()
    counts = queries.count_mails(g.actor)
    rows = queries.list_mails(g.actor, group, ambiguous=ever is not None, before=before)
    return render(
        "mail/index.html",
        rows=rows[: queries.PAGE],
        next_after=rows[queries.PAGE - 1].id if len(rows) > queries.PAGE else None,
        group=group,
        ever=ever,
        unsure=UNSURE,
        tabs=TABS,
        counts=counts,
        problems=mail_problems(db.session()),
        channel=channel.channel(db.session()),
        is_admin=g.actor.role is Role.administrator,
        connection_problem=channel.find_connection_problem(db.session()) if counts["retrying"] else None,
        sends=bool(current_app.config["CRM_SMTP_URL"]),
        waiting_count=count_waiting(g.actor),
        kinds=KINDS,
    )


@bp.route("/<int:id>", may="mail:see")
def show(id: int) -> Response:
    """Show an email and its attempts."""
    mail = queries.get_mail(g.actor, id)
    subject, text = queries.load_mail_text(g.actor, mail)
    sees_address = queries.may_read_address(g.actor, id)
    may_resend = may_answer(g.actor, queries.facts_of(mail))
    return render(
        "mail/show.html",
        is_reminder=mail.kind in {kind.code for kind in list_email_kinds()},
        mail=mail,
        subject=subject,
        text=text,
        sees_address=sees_address,
        attempts=queries.attempts_of(id, with_text=sees_address),
        may_answer=may_resend,
        next_step=_describe_next_step(mail, may_resend=may_resend) if sees_address else "",
        kinds=KINDS,
    )


def _describe_next_step(mail: Mail, *, may_resend: bool) -> str:
    """Return what to do about an email that wasn't delivered; "" for others."""
    if mail.state is not MailState.dead:
        return ""
    if mail.user_id is None:
        correction = _("If the address is wrong, correct it on the page of the person.")
    elif g.actor.role is Role.administrator:
        correction = _("If the address is wrong, correct it on the page of the user.")
    else:
        correction = _("If the address is wrong, ask an administrator to correct it.")
    if may_resend:
        hint = _("“Send again” uses the address of this email, not the new one.")
    elif mail.team_id:
        hint = _("A manager of the team can send this email again.")
    else:
        hint = ""
    return f"{correction} {hint}".rstrip()


@bp.route("/explain/<int:id>", may="mail:see")
def explain(id: int) -> Response:
    """Explain why reminders about a follow-up or a meeting were or weren't sent."""
    explanation = explain_reminders(g.actor, id, clock.now())
    return _render_explanation(explanation, (url_for("records.show", id=id), explanation.title))


@bp.route("/explain/digest", may="mail:see")
def explain_digest() -> Response:
    """Explain why digests were or weren't sent."""
    return _render_explanation(
        explain_digests(g.actor, clock.now()), (url_for("mail.index"), str(_p("message", "Email")))
    )


def _render_explanation(explanation: MailExplanation, above: tuple[str, str]) -> Response:
    return render("mail/explain.html", explanation=explanation, above=above, problems=mail_problems(db.session()))


@bp.route("/<int:id>/resend", may="mail:answer", methods=["POST"])
def resend(id: int) -> Response:
    """Send it again: the same bytes and the same identifier."""
    operate.resend(db.session(), queries.get_mail(g.actor, id, to_answer=True), g.actor.name)
    flash_success(_("The email will be sent again shortly."))
    return redirect_to("mail.show", id=id)


@bp.route("/<int:id>/delivered", may="mail:answer", methods=["POST"])
def delivered(id: int) -> Response:
    """Mark it as delivered."""
    operate.mark_delivered(db.session(), queries.get_mail(g.actor, id, to_answer=True), g.actor.name)
    flash_success(_("Email marked as delivered."))
    return redirect_to("mail.show", id=id)


@bp.route("/<int:id>/cancel", may="mail:answer", methods=["POST"])
def cancel(id: int) -> Response:
    """Cancel it, or its repetition."""
    operate.cancel_mail(db.session(), queries.get_mail(g.actor, id, to_answer=True), g.actor.name)
    flash_success(_("Email canceled."))
    return redirect_to("mail.show", id=id)


@bp.route("/channel/pause", may="mail:channel", fresh=True, methods=["POST"])
def pause() -> Response:
    channel.pause_channel(db.session(), _("paused by %(name)s", name=g.actor.name))
    flash_success(_("Email paused. Nothing is sent until you resume it."))
    return redirect_to("mail.index")


@bp.route("/channel/resume", may="mail:channel", fresh=True, methods=["POST"])
def resume() -> Response:
    """Resume email."""
    channel.resume_channel(db.session())
    flash_success(_("Email resumed."))
    return redirect_to("mail.index")


@bp.route("/channel/retry", may="mail:channel", fresh=True, methods=["POST"])
def retry_all() -> Response:
    """Retry all waiting emails now."""
    operate.retry_all(db.session())
    flash_success(_("Waiting emails will be retried shortly."))
    return redirect_to("mail.index")
