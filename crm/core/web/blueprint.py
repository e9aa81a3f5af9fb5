"""For views: blueprints whose routes must have a right, pages, and the handling of submitted forms."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, current_app, flash, g, make_response, render_template, request
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from crm.core import policy
from crm.core.data.base import db
from crm.core.data.receipts import digest_of, find_saved_url, take_receipt
from crm.core.data.record import Record, archived_text
from crm.core.errors import Conflict, Forbidden, FreshSignInNeeded, Invalid, SignInNeeded
from crm.core.forms.forms import HIDDEN, Form
from crm.core.forms.new_records import create_new_records, restore_new_names
from crm.core.hooks import ACTION_DONE
from crm.core.web.edge import READS
from crm.core.web.resume import SHOW_AGAIN
from crm.core.web.stale import mark_stale
from crm.core.words import _

PUBLIC = "public"
CREATES = "/new"
"""How the addresses of pages end that create something."""


class Feature(Blueprint):
    """A blueprint whose `route` requires `may=`: a right of policy.RULES, or PUBLIC."""

    def route(  # type: ignore[override]
        self, rule: str, *, may: str, reads: bool = False, fresh: bool = False, **options: Any
    ) -> Callable[[Any], Any]:
        """Register a view with its right.

        reads: it changes nothing, so its POST takes no write lock. fresh: only for a session signed in or confirmed
        within CRM_FRESH_MINUTES.
        """

        def wrap(view: Any) -> Any:
            endpoint = options.pop("endpoint", view.__name__)
            self.add_url_rule(rule, endpoint, view, **options)
            self.record(lambda state: RIGHTS.update({f"{state.name}.{endpoint}": may}))
            if reads:
                self.record(lambda state: READS.add(f"{state.name}.{endpoint}"))
            if fresh:
                self.record(lambda state: FRESH.add(f"{state.name}.{endpoint}"))
            return view

        return wrap


RIGHTS: dict[str, str] = {"static": PUBLIC}
"""Endpoint -> right. Endpoints of libraries are added by the code that registers them."""
FRESH: set[str] = set()
"""Endpoints that need a sign-in within CRM_FRESH_MINUTES."""


def guard() -> None:
    """Check the right of the requested route. Raises Forbidden, SignInNeeded, FreshSignInNeeded."""
    if request.endpoint is None:
        return
    may = RIGHTS[request.endpoint]
    if may == PUBLIC:
        return
    if g.actor is None:
        raise SignInNeeded
    if not policy.can(g.actor, may):
        raise Forbidden
    if request.endpoint in FRESH:
        require_fresh()


def require_fresh() -> None:
    """Raise FreshSignInNeeded when the last sign-in or confirmation in this session is too long ago."""
    if not g.get("is_fresh"):
        raise FreshSignInNeeded


def render(template: str, status: int = 200, **context: Any) -> Response:
    """Render a page; for an htmx request that names a block of it (`HX-Target`), render that block."""
    context["is_refused"] = status >= HTTPStatus.BAD_REQUEST
    context["reopens"] = context["is_refused"] and "GET" in (request.url_rule.methods or () if request.url_rule else ())
    block = (request.headers.get("HX-Target") or "").replace("-", "_")
    body = _block(template, block, context) if block else None
    response = make_response(render_template(template, **context) if body is None else body, status)
    response.vary.add("HX-Target")
    return response


def _block(template: str, name: str, context: dict[str, Any]) -> str | None:
    """Render one block of a page as in the whole page; None if there is no such block."""
    loaded = current_app.jinja_env.get_template(template)
    current_app.update_template_context(context)
    template_context = loaded.new_context(context)
    # Render up to the first text: by then the template and its parents have defined their blocks and imports.
    page = loaded.root_render_func(template_context)
    while (text := next(page, None)) is not None and not text.strip():
        pass
    blocks = template_context.blocks.get(name)
    return "".join(blocks[0](template_context)) if blocks else None


def show_form(form: Form, template: str, **context: Any) -> Response:
    """Show a form: 200 when new, 422 with errors and the entered text, 409 when someone else changed the record."""
    return render(template, status_of(form), form=form, **_once(form), **context)


def status_of(form: Form) -> HTTPStatus:
    """Return the status of a page that shows a form: 409 for a stale one, 422 for an invalid one, else 200."""
    if form.conflict:
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors or form.problem else HTTPStatus.OK


def _once(form: Form) -> dict[str, str | None]:
    """Return for a page that creates its address with the `uid` (`once_url`), to which a browser without script goes.

    Back after saving then leads to the same `uid`: `saved_form_url` is what was saved, and `once_url` a new form.
    """
    if request.method != "GET" or not request.path.endswith(CREATES) or not form.uid.data or g.actor is None:
        return {}
    params = [(name, value) for name, value in request.args.items(multi=True) if name != "uid"]
    if "uid" in request.args:
        saved_url = find_saved_url(form.uid.data, g.actor.id)
        return {"saved_form_url": saved_url, "once_url": f"{request.path}?{urlencode(params)}"}
    return {"once_url": f"{request.path}?{urlencode([*params, ('uid', form.uid.data)])}"}


@contextmanager
def on_post(form: Form) -> Iterator[bool]:
    """Handle a submitted form: the block runs with True if it was posted and is valid.

    Invalid from a service is shown at its field; a stale version or a lost race becomes the 409 form; a form with a
    `uid` is carried out once (core.receipts). A form that is only shown again (core.resume) counts as not posted.
    """
    if request.method != "POST" or SHOW_AGAIN in request.form:
        yield False
        return
    try:
        # A form that was submitted before raises to the caller; a stale one must reach it as not posted.
        yield form.validate_on_submit() and _is_first(form)
    except Invalid as problem:
        _refuse(form, problem)
    except StaleDataError as problem:
        db.session.rollback()
        if form.edited is None:
            raise Conflict(_("Someone else updated this record.")) from problem
        mark_stale(form)
    except Conflict as problem:
        if form.edited is None or problem.record_url:
            raise
        mark_stale(form)


def _is_first(form: Form) -> bool:
    """Return whether the record is unchanged since the form was loaded, and create records that it names as new.

    Marks a stale form, and one whose names are refused; raises for a repeated submit.
    """
    if form.edited is not None:
        version = getattr(form.versioned, "version", None)
        if version is not None and str(version) != form.version.data:
            mark_stale(form)
            return False
    else:
        claim(form)
        parent = _parent_of_address()
        if parent is not None and parent.archived_at is not None:
            form.refuse(archived_text(parent), None)
            return False
    try:
        create_new_records(form)
    except Invalid as problem:
        _refuse(form, problem)
        return False
    return True


def _refuse(form: Form, problem: Invalid) -> None:
    """Roll back, also the receipt and records created from names, and show the problem at its field."""
    db.session.rollback()
    restore_new_names(form)
    form.refuse(problem.message, problem.field)


def _parent_of_address() -> Record | None:
    """Return the record `id` of an address such as /shows/1/meetings/new, which the view has loaded."""
    record_id = (request.view_args or {}).get("id")
    return db.session.get(Record, record_id) if record_id and request.path.endswith(CREATES) else None


def claim(form: Form) -> None:
    """Let a creating form be carried out once. Raises AlreadyDone or Conflict for a repeated submit."""
    if form.uid.data and g.actor and g.actor.id:
        values: dict[str, Any] = {k: request.form.getlist(k) for k in request.form if k not in HIDDEN}
        values |= {k: [_content(f) for f in request.files.getlist(k)] for k in request.files}
        take_receipt(form.uid.data, g.actor.id, digest_of(request.endpoint or "", values))
        g.receipt_uid = form.uid.data


def _content(upload: FileStorage) -> tuple[str, str]:
    """Return the name and digest of an uploaded file, and rewind it for later readers."""
    digest = hashlib.sha256(upload.stream.read()).hexdigest()
    upload.stream.seek(0)
    return upload.filename or "", digest


def flash_success(message: object, *, more: tuple[str, str] | None = None, undo_url: str | None = None) -> None:
    """Show a success message on the next page, with Undo if what this request changed can be undone.

    `more` is a link to a likely next step: its text and its URL. `undo_url` undoes what has no history.
    """
    undo = undo_url or next((url for hook in ACTION_DONE if (url := hook(str(message)))), None)
    flash((str(message), undo, *(more or ("", ""))), "done")  # type: ignore[arg-type]


def flash_error(message: object) -> None:
    """Show on the next page why nothing was done, until it is closed."""
    flash((str(message), None, "", ""), "error")  # type: ignore[arg-type]


def check_rights(app: Flask) -> None:
    """Raise an error at startup for a route without a right, or a right without a rule."""
    for rule in app.url_map.iter_rules():
        may = RIGHTS.get(rule.endpoint)
        if may is None:
            raise RuntimeError(f"{rule.endpoint} has no right")
        if may != PUBLIC and may not in policy.RULES:
            raise RuntimeError(f"{rule.endpoint} asks for {may}, which has no rule")
