"""What a page and a file say about a custom report: its records, its period and its filters."""

from __future__ import annotations

from crm.core import clock
from crm.core.i18n import formats
from crm.core.lists import filters
from crm.core.policy import Actor
from crm.core.words import _

from .question import Question


def list_question_facts(question: Question, actor: Actor) -> list[tuple[str, str]]:
    """Return the choices of a report as labels and texts."""
    chips = filters.build_filter_bar(question.listing, actor, question.counted).chips
    own = [(chip.label, chip.text) for chip in chips]
    return [(_("Records"), str(question.listing.title)), *own, (_("As of"), formats.moment(clock.now(), full=True))]
