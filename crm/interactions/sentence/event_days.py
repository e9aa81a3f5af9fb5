"""Dates on which the interaction of a clause took place or will take place."""

from __future__ import annotations

import re

from .date_mentions import DateMention
from .date_rules import DateReference
from .dates import find_days
from .reported import is_announced

_EVENT = re.compile(r"\s*(?:[\w-]+\s+){0,2}\x00")


def find_event_days(text: str, written: str, start: int, end: int, *, reference: DateReference) -> list[DateMention]:
    """Return the dates of a clause, without those that only describe a word: "Friday's call" but not "Friday's report".

    The kind of the interaction is blanked out in `text`. What is announced is in the future: 周立民11月20日会来访.
    """
    is_open = reference.past is None and is_announced(written, start, end)
    days = find_days(text, reference.day, past=False if is_open else reference.past)
    return [day for day in days if start <= day.start < end and (not day.is_possessive or _EVENT.match(text, day.end))]
