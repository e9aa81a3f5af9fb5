"""The page of answers of one digest: its items under the numbers of the email."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from crm.core import clock
from crm.core.errors import Invalid
from crm.core.i18n import formats
from crm.core.policy import Actor
from crm.core.words import _
from crm.followups.policy import no_answer_due
from crm.reference.queries import days_off

from .links import AnswerLinks
from .policy import AnswerAction, AnswerChannel, AnswerItem, AnswerValues
from .queries import list_answers, list_items, load_numbers
from .services import answer_item

AT_ONCE = (
    AnswerAction.done,
    AnswerAction.no_answer,
    AnswerAction.not_held,
    AnswerAction.no_show,
    AnswerAction.canceled,
)
"""The answers with a button on the page; the others open the page of the item."""


@dataclass(frozen=True)
class DigestPage:
    """The items of a digest in its order, with the link of each, and the day after “No answer”."""

    made_on: date
    items: tuple[AnswerItem, ...]
    links: dict[int, str]
    next_try: str


def load_digest(actor: Actor, made_on: date, digest_number: int = 0) -> DigestPage:
    """Return the page of a digest; items that are no longer the actor's are left out. A fixed number of statements."""
    numbers = load_numbers(actor.id or 0, made_on, digest_number)
    items = list_items(actor, list(numbers.values()))
    answers = list_answers(actor.id or 0, list(items), made_on)
    links = AnswerLinks(actor.id or 0, made_on)
    numbered = [
        replace(items[record_id], number=number, answer=answers.get(record_id))
        for number, record_id in sorted(numbers.items(), key=lambda pair: int(pair[0]))
        if record_id in items
    ]
    today = clock.today(actor.zone)
    next_try = no_answer_due(today, actor.country, extra=days_off(actor.country))
    return DigestPage(
        made_on,
        tuple(numbered),
        {item.id: links.for_item(item.id) for item in numbered},
        formats.day(next_try, weekday=True),
    )


def answer_number(actor: Actor, page: DigestPage, text: str) -> int:
    """Carry out a button of the page, such as "done 5": return the id of the item. Raises Invalid, Conflict."""
    code, _space, number = text.partition(" ")
    action = next((action for action in AnswerAction if action.value == code), None)
    item = next((item for item in page.items if item.number == number), None)
    if item is None or action not in AT_ONCE:
        raise Invalid(_("Choose one of the answers shown."))
    answer_item(actor, item, AnswerValues(action), made_on=page.made_on, channel=AnswerChannel.link)
    return item.id
