"""The flow of a form that saves: show it, call the service, redirect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from werkzeug.wrappers import Response

from crm.core.forms.forms import Form
from crm.core.web.blueprint import flash_success, on_post, show_form
from crm.core.web.redirects import back, redirect_to
from crm.core.words import _

T = TypeVar("T")


def save_form(
    form: Form, save: Callable[[], T], then: Callable[[T], Response], template: str, **context: Any
) -> Response:
    """Show a form; when it was submitted and is valid, call the service `save` and return `then` of its result.

    An invalid form, or `Invalid` from the service, shows the form again with the entered text and its errors: 422. A
    record that changed meanwhile is a 409 that shows both. `context` goes to the template.
    """
    with on_post(form) as posted:
        if posted:
            return then(save())
    return show_form(form, template, **context)


def go_to(endpoint: str, message: str = "", **values: Any) -> Callable[[object], Response]:
    """Return a `then` that shows a message ("Changes saved." by default) and redirects to a page."""

    def then(_result: object) -> Response:
        flash_success(message or _("Changes saved."))
        return redirect_to(endpoint, **values)

    return then


def go_back(page_url: str, message: str = "") -> Callable[[object], Response]:
    """Return a `then` that shows a message and returns to the page that the form came from, else to `page_url`."""

    def then(_result: object) -> Response:
        flash_success(message or _("Changes saved."))
        return back(page_url)

    return then


def go_to_saved(endpoint: str) -> Callable[[Any], Response]:
    """Return a `then` that says that the record which `save` returned was saved, and opens its page."""

    def then(record: Any) -> Response:
        flash_success(_("%(name)s was saved.", name=record.label))
        return redirect_to(endpoint, id=record.id)

    return then
