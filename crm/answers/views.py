"""Pages of links in emails: they need no sign-in, and a GET changes nothing."""

from __future__ import annotations

from collections.abc import Callable

from flask import g, request
from flask_babel import refresh
from werkzeug.wrappers import Response

from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.core.errors import Conflict, Forbidden, NotFound
from crm.core.web.blueprint import PUBLIC, Feature, on_post, render

from .access import AnswerAccess, load_access
from .digests import DigestPage, answer_number, load_digest
from .forms import ReminderAnswerForm
from .policy import AnswerChannel, AnswerItem, last_day
from .queries import find_answer, list_answers, list_items
from .services import answer_item, undo_answer
from .tokens import TokenPurpose

bp = Feature("answers", __name__, url_prefix="/a")


@bp.route("/<token>", may=PUBLIC, methods=["GET", "POST"])
def show(token: str) -> Response:
    """Show what a link answers; a POST carries it out."""
    try:
        access = _enter(token, *PAGES)
        return PAGES[access.token.purpose](token, access)
    except (NotFound, Forbidden):
        db.session.rollback()
        g.actor = None
        return render("answers/ended.html", 404)


@bp.route("/<token>/undo", may=PUBLIC, methods=["POST"])
def undo(token: str) -> Response:
    """Undo the answer given by a link to an item, or to one of a digest."""
    try:
        access = _enter(token, TokenPurpose.item, TokenPurpose.meeting, TokenPurpose.digest)
        is_digest = access.token.purpose is TokenPurpose.digest
        target = request.form.get("item", 0, type=int) if is_digest else access.target
        answer = list_answers(access.actor.id or 0, [target], access.token.made_on).get(target)
        if answer is not None:
            undo_answer(access.actor, answer.id)
        return _redirect_to(token, target if is_digest else 0)
    except (NotFound, Forbidden):
        db.session.rollback()
        g.actor = None
        return render("answers/ended.html", 404)
    except Conflict as problem:
        db.session.rollback()
        return render("answers/problem.html", 409, token=token, message=problem.message)


def _enter(token: str, *purposes: TokenPurpose) -> AnswerAccess:
    """Verify a token, and act as its user for this request only. Raises NotFound."""
    access = load_access(token, *purposes, signed_in=g.actor)
    g.actor = access.actor
    act_as(db.session(), access.actor, ChangeSource.mail)
    refresh()
    return access


def _redirect_to(token: str, item_id: int = 0) -> Response:
    """Show the page of a link again, that of a digest at one of its items."""
    return Response("", 303, {"Location": f"{bp.url_prefix}/{token}" + (f"#i{item_id}" if item_id else "")})


def _load_item(access: AnswerAccess) -> AnswerItem:
    """Return the item of a link. Raises NotFound if it is no longer the user's."""
    item = list_items(access.actor, [access.target]).get(access.target)
    if item is None:
        raise NotFound
    return item


def _item_page(token: str, access: AnswerAccess) -> Response:
    """Show an item with its answers, or what was answered; a POST answers it."""
    answer = list_answers(access.actor.id or 0, [access.target], access.token.made_on).get(access.target)
    if answer is not None:
        # Undo would show the item again, so its title may be read until then.
        item = list_items(access.actor, [access.target]).get(access.target) if answer.can_undo else None
        return render("answers/answered.html", token=token, answer=answer, item=item)
    item = _load_item(access)
    if not item.is_open:
        return render("answers/closed.html", path=item.path)
    form = ReminderAnswerForm(item)
    try:
        with on_post(form) as posted:
            if posted:
                answer_item(
                    access.actor, item, form.to_values(), made_on=access.token.made_on, channel=AnswerChannel.link
                )
                return _redirect_to(token)
    except Conflict:
        db.session.rollback()
        return _redirect_to(token)
    return _show_item(token, access, form, item)


def _show_item(token: str, access: AnswerAccess, form: ReminderAnswerForm, item: AnswerItem) -> Response:
    status = 422 if form.errors or form.problem else 200
    return render("answers/item.html", status, token=token, form=form, item=item, until=last_day(access.token.made_on))


def _digest_page(token: str, access: AnswerAccess) -> Response:
    """Show the items of a digest under its numbers; a POST answers one of them."""
    page: DigestPage = load_digest(access.actor, access.token.made_on, access.token.target)
    form = ReminderAnswerForm()
    try:
        with on_post(form) as posted:
            if posted:
                return _redirect_to(token, answer_number(access.actor, page, form.do.data or ""))
    except Conflict:
        db.session.rollback()
        return _redirect_to(token)
    return render("answers/digest.html", token=token, page=page, form=form, until=last_day(access.token.made_on))


def _undo_page(token: str, access: AnswerAccess) -> Response:
    """Show an answer that came by reply, with a button that undoes it."""
    row = find_answer(access.actor.id or 0, access.token.target)
    if row is None:
        raise NotFound
    if request.method == "POST" and ReminderAnswerForm().validate_on_submit():
        try:
            undo_answer(access.actor, access.token.target)
        except Conflict as problem:
            db.session.rollback()
            return render("answers/problem.html", 409, token=token, message=problem.message)
        return _redirect_to(token)
    answer, is_undone = row
    return render("answers/undo.html", token=token, answer=answer, is_undone=is_undone)


PAGES: dict[TokenPurpose, Callable[[str, AnswerAccess], Response]] = {
    TokenPurpose.item: _item_page,
    TokenPurpose.meeting: _item_page,
    TokenPurpose.digest: _digest_page,
    TokenPurpose.undo: _undo_page,
}
