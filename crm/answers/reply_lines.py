"""Carry out the entries of a reply one by one: each is done, or returned with the reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import takewhile
from typing import NamedTuple
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


class _Match(NamedTuple):
    """A colleague whose name has the first word: how many words agree, and whether the name has no others."""

    word_count: int
    is_whole: bool
    user_id: int
    full_name: str
    email: str


def _find_colleague(actor: Actor, item: AnswerItem, row: ReplyAnswer) -> tuple[int | None, str]:
    """Return the one colleague of the item's team with the name of an answer or part of it, and the note after it.

    None without a name. Of several with a name, the one whose full name was written. Raises Invalid.
    """
    if not row.name:
        return None, row.note
    first = row.name.casefold()
    matches = [
        _Match(*_compare_names(row.name_words, full_name), user_id, full_name, email)
        for user_id, full_name, email in list_colleagues(actor, item.id)
        if first in full_name.casefold().split() or first in (email.casefold(), email.partition("@")[0].casefold())
    ]
    if not matches:
        raise Invalid(_("“%(name)s” isn't a colleague on this team. Check the spelling.", name=row.name))
    most = max(match.word_count for match in matches)
    best = [match for match in matches if most < 2 or match.word_count == most]
    if most >= 2 or len(row.name_words) == 1:
        best = [match for match in best if match.is_whole] or best
    if len(best) > 1:
        raise Invalid(_explain_names(matches, best))
    words = row.note.split(maxsplit=most - 1) if most > 1 else []
    return best[0].user_id, "".join(words[most - 1 :]).lstrip(" ,，.。:：;；!！?？-–—") if words else row.note


def _compare_names(words: Sequence[str], full_name: str) -> tuple[int, bool]:
    """Return how many words are the first ones of a full name, and whether only its Chinese form is left."""
    name_words = full_name.casefold().split()
    pairs = zip(words, name_words, strict=False)
    count = len(list(takewhile(lambda pair: _strip_signs(pair[0]).casefold() == _strip_signs(pair[1]), pairs)))
    return count, count > 0 and not any(word.isascii() for word in name_words[count:])


def _strip_signs(word: str) -> str:
    return word.strip(".,，。:：;；!！?？")


def _explain_names(matches: Sequence[_Match], best: Sequence[_Match]) -> str:
    if all(match.is_whole for match in best) or len({match.full_name.casefold() for match in best}) < len(best):
        return _("Write the email address: %(addresses)s.", addresses=", ".join(sorted(match.email for match in best)))
    return _("Write the full name: %(names)s.", names=", ".join(match.full_name for match in matches))


def _not_listed() -> str:
    return _("Use a number from the email. This one isn't an item you can answer.")


def _explain_choices(row: ReplyDoubt, *, is_listed: bool) -> str:
    if row.number and not is_listed:
        return _not_listed()
    return _("Write “done”, “no answer”, a date such as 12/18 or Thu, or “reassign to” and a name.")
