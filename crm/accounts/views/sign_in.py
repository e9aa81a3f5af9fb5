"""Sign in and out, reset a password, accept an invitation."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import current_app, g, request, session
from werkzeug.wrappers import Response

from crm.accounts.demo import PASSWORD, PEOPLE, email_of
from crm.accounts.forms import LoginForm, NewPasswordForm, ResetRequestForm, SecondStepForm
from crm.accounts.links import LinkPurpose, load_link_user
from crm.accounts.queries import find_active_emails
from crm.accounts.second_step import find_pending, offers_passkeys
from crm.accounts.services.profile import request_reset, set_password_by_link
from crm.accounts.sign_in import Throttled, sign_in, sign_out
from crm.core.errors import NotFound
from crm.core.forms.forms import Form
from crm.core.web.blueprint import PUBLIC, flash_success, on_post, render, show_form
from crm.core.web.form_texts import list_entered_fields
from crm.core.web.redirects import redirect_to, redirect_url, safe_next
from crm.core.web.resume import parse_pending_form
from crm.core.words import _

from .bp import bp

CHOSEN_FOR = "chosen_for"
"""In the session: the email address for which a password was chosen by a link; the sign-in page begins with it."""


@bp.route("/login", may=PUBLIC, methods=["GET", "POST"])
def login() -> Response:
    """Sign in, and continue to the requested page."""
    form = LoginForm()
    form.next.data = target = safe_next(request.values.get("next"))
    if g.actor is not None and request.method == "GET":
        return redirect_url(target)
    if request.method == "GET":
        form.email.data = session.get(CHOSEN_FOR)
    try:
        with on_post(form) as posted:
            if posted:
                is_complete = sign_in(form.email.data, form.password.data)
                continue_with = continue_to if is_complete else _second_step
                return continue_with(form.pending_form.data, target)
    except Throttled as problem:
        return show_throttled(problem, form, "accounts/login.html", **_demo_context())
    return show_form(form, "accounts/login.html", **_demo_context())


def _second_step(pending_form: str | None, target: str) -> Response:
    """Continue to the second step. Show its page at once if a form was submitted after the session ended."""
    if parse_pending_form(pending_form) is None:
        return redirect_to("accounts.second_step", next=target)
    form = SecondStepForm(formdata=None, pending_form=pending_form, next=target)
    return render("accounts/second_step.html", form=form, has_passkeys=offers_passkeys(find_pending()))


def continue_to(pending_form: str | None, target: str) -> Response:
    """Redirect to the requested page; first show the form that came after the session ended, if any."""
    form = parse_pending_form(pending_form)
    if form is None:
        return redirect_url(target)
    return render("accounts/resend.html", pending_form=form, entries=list_entered_fields(form.fields))


def sign_in_again(pending_form: str | None, target: str) -> Response:
    """Continue to the sign-in page after a second step came too late. Show it at once if it has to carry a form."""
    if parse_pending_form(pending_form) is None:
        # Without a message, which would change the cookie: that of a repeated submit is older than the new session's.
        return redirect_to("accounts.login", next=target)
    form = LoginForm(formdata=None, pending_form=pending_form, next=target)
    form.refuse(_("Your sign-in expired. Sign in again."), None)
    return show_form(form, "accounts/login.html", **_demo_context())


def show_throttled(problem: Throttled, form: Form, template: str, **context: Any) -> Response:
    """Show the form again, with how long to wait; status 429."""
    form.refuse(problem.message, None)
    response = show_form(form, template, **context)
    response.status_code = 429
    response.headers["Retry-After"] = str(problem.seconds)
    return response


@bp.route("/logout", may=PUBLIC, methods=["POST"])
def logout() -> Response:
    """End this browser's session, if there is one."""
    sign_out()
    return redirect_to("accounts.login")


@bp.route("/reset", may=PUBLIC, methods=["GET", "POST"])
def reset_request() -> Response:
    """Request a link by email; the response is the same whether or not there is such an account."""
    form = ResetRequestForm()
    try:
        with on_post(form) as posted:
            if posted:
                request_reset(form.email.data)
                return redirect_to("accounts.reset_sent")
    except Throttled as problem:
        return show_throttled(problem, form, "accounts/reset_request.html")
    return show_form(form, "accounts/reset_request.html")


@bp.route("/reset/sent", may=PUBLIC)
def reset_sent() -> Response:
    """Confirm the request for a password reset."""
    return render("accounts/reset_sent.html")


@bp.route("/reset/<token>", may=PUBLIC, methods=["GET", "POST"])
def reset(token: str) -> Response:
    """Choose a new password with a link from an email."""
    return _choose(LinkPurpose.reset, token)


@bp.route("/invitation/<token>", may=PUBLIC, methods=["GET", "POST"])
def invitation(token: str) -> Response:
    """Choose the first password with a link from an email."""
    return _choose(LinkPurpose.invitation, token)


def _choose(purpose: LinkPurpose, token: str) -> Response:
    form = NewPasswordForm()
    try:
        user = load_link_user(purpose, token)
        with on_post(form) as posted:
            if posted:
                set_password_by_link(purpose, token, form.password.data)
                session[CHOSEN_FOR] = user.email
                flash_success(_("Your password was saved. Sign in with it."))
                return redirect_to("accounts.login")
    except NotFound:
        return render("accounts/link_expired.html", 404, purpose=purpose.name)
    return show_form(form, "accounts/choose.html", user=user, purpose=purpose.name)


def _demo_context() -> dict[str, Any]:
    return {"demo_users": _demo_users(), "demo_password": PASSWORD}


class DemoSignIn(NamedTuple):
    """A demo user on the sign-in page; `name` is the first name."""

    name: str
    full_name: str
    email: str
    role_label: str


def _demo_users() -> list[DemoSignIn]:
    """Return the active users of the demo; none outside the demo."""
    if not current_app.config["CRM_DEMO"]:
        return []
    emails = find_active_emails({email_of(name) for name in PEOPLE})
    return [
        DemoSignIn(name, person.name, email_of(name), str(person.role_label))
        for name, person in PEOPLE.items()
        if email_of(name) in emails
    ]
