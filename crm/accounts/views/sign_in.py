"""The gate: signing in and out, a lost password, an invitation."""

from __future__ import annotations

from typing import Any

from flask import current_app, g, request
from werkzeug.wrappers import Response

from crm.accounts.demo import PASSWORD, PEOPLE, email_of
from crm.accounts.forms import LoginForm, NewPasswordForm, ResetAskForm, SecondStepForm
from crm.accounts.links import Purpose, user_of_link
from crm.accounts.queries import active_emails
from crm.accounts.services.profile import ask_reset, set_password_by_link
from crm.accounts.sign_in import Throttled, sign_in, sign_out
from crm.core.errors import NotFound
from crm.core.forms.forms import Form
from crm.core.web.blueprint import PUBLIC, flash_success, on_post, render, show_form
from crm.core.web.form_texts import typed
from crm.core.web.redirects import redirect_to, redirect_url, safe_next
from crm.core.web.resume import unpack
from crm.core.words import _

from .bp import bp


@bp.route("/login", may=PUBLIC, methods=["GET", "POST"])
def login() -> Response:
    """Sign in, and go where one wanted to."""
    form = LoginForm()
    form.next.data = target = safe_next(request.values.get("next"))
    if g.actor is not None and request.method == "GET":
        return redirect_url(target)
    try:
        with on_post(form) as posted:
            if posted:
                is_in = sign_in(form.email.data, form.password.data)
                return go_on(form.carried.data, target) if is_in else _second_step(form.carried.data, target)
    except Throttled as problem:
        return throttled(problem, form, "accounts/login.html", people=_demo_people())
    return show_form(form, "accounts/login.html", people=_demo_people())


def _second_step(carried: str | None, target: str) -> Response:
    """On to the second step; a form that came too late is carried along by showing its page right away."""
    if unpack(carried) is None:
        return redirect_to("accounts.second_step", next=target)
    form = SecondStepForm(formdata=None, carried=carried, next=target)
    return render("accounts/second_step.html", form=form, has_passkeys=False)


def go_on(carried: str | None, target: str) -> Response:
    """On to where one wanted to; with a form that came too late, to that form first."""
    form = unpack(carried)
    if form is None:
        return redirect_url(target)
    return render("accounts/resend.html", carried=form, shown=typed(form.fields))


def throttled(problem: Throttled, form: Form, template: str, **context: Any) -> Response:
    """The form again, with how long to wait."""
    form.refuse(problem.message, None)
    answer = show_form(form, template, **context)
    answer.status_code = 429
    answer.headers["Retry-After"] = str(problem.seconds)
    return answer


@bp.route("/logout", may=PUBLIC, methods=["POST"])
def logout() -> Response:
    """End this browser's session; a guest's changes nothing."""
    sign_out()
    return redirect_to("accounts.login")


@bp.route("/reset", may=PUBLIC, methods=["GET", "POST"])
def reset_ask() -> Response:
    """Ask for a link by mail; the answer is the same whether there is such an account."""
    form = ResetAskForm()
    try:
        with on_post(form) as posted:
            if posted:
                ask_reset(form.email.data)
                return redirect_to("accounts.reset_asked")
    except Throttled as problem:
        return throttled(problem, form, "accounts/reset_request.html")
    return show_form(form, "accounts/reset_request.html")


@bp.route("/reset/asked", may=PUBLIC)
def reset_asked() -> Response:
    """Say what happens now."""
    return render("accounts/reset_sent.html")


@bp.route("/reset/<token>", may=PUBLIC, methods=["GET", "POST"])
def reset(token: str) -> Response:
    """Choose a new password with a link from a mail."""
    return _choose(Purpose.reset, token)


@bp.route("/invitation/<token>", may=PUBLIC, methods=["GET", "POST"])
def invitation(token: str) -> Response:
    """Choose the first password with a link from a mail."""
    return _choose(Purpose.invitation, token)


def _choose(purpose: Purpose, token: str) -> Response:
    form = NewPasswordForm()
    try:
        user = user_of_link(purpose, token)
        with on_post(form) as posted:
            if posted:
                set_password_by_link(purpose, token, form.password.data)
                flash_success(_("Your password was saved. Sign in with it."))
                return redirect_to("accounts.login")
    except NotFound:
        return render("accounts/link_over.html", 404, purpose=purpose.name)
    return show_form(form, "accounts/choose.html", user=user, purpose=purpose.name)


def _demo_people() -> list[tuple[str, str, str, str, str]]:
    """First name, address, role in words, password and full name of the demo's people; nobody outside the demo."""
    if not current_app.config["CRM_DEMO"]:
        return []
    there = active_emails({email_of(name) for name in PEOPLE})
    found = [(email_of(name), name, who) for name, who in PEOPLE.items()]
    return [(name, email, str(who.words), PASSWORD, who.name) for email, name, who in found if email in there]
