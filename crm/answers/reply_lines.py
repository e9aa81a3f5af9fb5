"""Carry out the entries of a reply one by one: each is done, or returned with the reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

from crm.core.data.base import db
from crm.core.data.history import ChangeSource, act_as
from crm.core.errors import Conflict, Forbidden, Invalid, NotFound
from crm.core.policy import Actor
from crm.core.words import _

from .outcomes import AnsweredLine, DoubtfulLine
from .policy import AnswerChannel, AnswerItem, AnswerValues
from .queries import list_colleagues, list_items
from .replies import ReplyAnswer, ReplyDoubt
from .services import answer_item


def answer_lines(
    actor: Actor, rows: Sequence[ReplyAnswer | ReplyDoubt], ids_by_number: dict[str, int], made_on: date
) -> list[AnsweredLine | DoubtfulLine]:
    """Carry out the entries in order, each as an action of its own; the number "" is the item of a single email."""
    items = list_items(actor, list(ids_by_number.values()))
    lines: list[AnsweredLine | DoubtfulLine] = []
    for row in rows:
        item = items.get(ids_by_number.get(row.number, 0))
        if isinstance(row, ReplyDoubt):
            lines.append(DoubtfulLine(row.number, row.text, _explain_choices(row, is_listed=item is not None)))
        elif item is None:
            lines.append(DoubtfulLine(row.number, row.text, _not_listed()))
        else:
            lines.append(_answer(actor, row, item, made_on))
    return lines


def _answer(actor: Actor, row: ReplyAnswer, item: AnswerItem, made_on: date) -> AnsweredLine | DoubtfulLine:
    act_as(db.session(), actor, ChangeSource.mail)
    try:
        with db.session.begin_nested():
            colleague_id, note = _find_colleague(actor, item, row)
            values = AnswerValues(row.action, _due(actor, row), colleague_id, row.minutes, note)
            answer = answer_item(actor, item, values, made_on=made_on, channel=AnswerChannel.reply)
    except (Invalid, Conflict) as problem:
        return DoubtfulLine(row.number, row.text, str(problem.message))
    except (NotFound, Forbidden):
        return DoubtfulLine(row.number, row.text, _not_listed())
    can_undo = answer.batch_id is not None
    record_ids = (item.record_id, *item.about_ids)
    return AnsweredLine(row.number, item.title, answer.summary, answer.id, can_undo, record_ids, item.confidential)


def _due(actor: Actor, row: ReplyAnswer) -> date | datetime | None:
    if row.due_on is None or row.due_time is None:
        return row.due_on
    return datetime.combine(row.due_on, row.due_time, ZoneInfo(actor.zone))


def _find_colleague(actor: Actor, item: AnswerItem, row: ReplyAnswer) -> tuple[int | None, str]:
    """Return the one colleague of the item's team with the name of an answer or part of it, and the note after it.

    None without a name. Of several with a name, the one whose full name follows. Raises Invalid.
    """
    if not row.name:
        return None, row.note
    first, words = row.name.casefold(), [row.name, *row.note.split()]
    matches = [
        (_count_common(words, full_name), full_name, user_id)
        for user_id, full_name, email in list_colleagues(actor, item.id)
        if first in full_name.casefold().split() or first == email.partition("@")[0].casefold()
    ]
    if not matches:
        raise Invalid(_("“%(name)s” isn't a colleague on this team. Check the spelling.", name=row.name))
    most = max(count for count, _name, _id in matches)
    best = [user_id for count, _name, user_id in matches if most < 2 or count == most]
    if len(best) > 1:
        raise Invalid(
            _("Write the full name: %(names)s.", names=", ".join(full_name for _count, full_name, _id in matches))
        )
    if most < 2:
        return best[0], row.note
    return best[0], "".join(row.note.split(maxsplit=most - 1)[most - 1 :])


def _count_common(words: Sequence[str], full_name: str) -> int:
    """Return how many words at the beginning of a text are those of a full name."""
    pairs = zip((word.strip(",，.。:：;；").casefold() for word in words), full_name.casefold().split(), strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))


def _not_listed() -> str:
    return _("Use a number from the email. This one isn't an item you can answer.")


def _explain_choices(row: ReplyDoubt, *, is_listed: bool) -> str:
    if row.number and not is_listed:
        return _not_listed()
    return _("Write “done”, “no answer”, a date such as 12/18 or Thu, or “give” and a name.")
