"""The gate: signing in and out."""

from __future__ import annotations

from flask import current_app, g, request
from werkzeug.wrappers import Response

from crm.accounts.demo import PASSWORD, PEOPLE, email_of
from crm.accounts.forms import LoginForm
from crm.accounts.queries import active_emails
from crm.accounts.signing import Throttled, sign_in, sign_out
from crm.core.web import PUBLIC, on_post, redirect_to, redirect_url, safe_next, show_form

from .bp import bp


@bp.route("/login", may=PUBLIC, methods=["GET", "POST"])
def login() -> Response:
    """Sign in, and go where one wanted to."""
    form = LoginForm()
    target = safe_next(request.values.get("next"))
    if g.actor is not None and request.method == "GET":
        return redirect_url(target)
    form.next.data = target
    try:
        with on_post(form) as posted:
            if posted:
                sign_in(form.email.data, form.password.data)
                return redirect_url(target)
    except Throttled as problem:
        return throttled(problem, form, "accounts/login.html", people=_demo_people())
    return show_form(form, "accounts/login.html", people=_demo_people())


def throttled(problem: Throttled, form: LoginForm, template: str, **context: object) -> Response:
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


def _demo_people() -> list[tuple[str, str, str, str]]:
    """First name, address, role in words and password of the demo's people; nobody outside the demo."""
    if not current_app.config["CRM_DEMO"]:
        return []
    there = active_emails({email_of(name) for name in PEOPLE})
    return [(name, email_of(name), str(who.words), PASSWORD) for name, who in PEOPLE.items() if email_of(name) in there]
