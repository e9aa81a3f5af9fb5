"""Several days written as one date: "Dec 10-12", "jan 5 to 8", "10-12 December", 12月10日至12日.

The first day is the date; the words stay in the notes or the title. A number that may count something is no day:
"Dec 10-12 samples", "Dec 10-12%".
"""

from __future__ import annotations

import re
from datetime import date

from .date_mentions import DateMention

_ORDINAL = r"(?:st|nd|rd|th)?"
_LAST_DAY = re.compile(
    rf"(?<=[\da-z])(?:\s+(?:to|thru|through|till|until)\s+|\s[-–—]\s|[-–—])(?P<last>\d{{1,2}}){_ORDINAL}"
    r"(?:\s*,?\s+(?P<year>20\d{2})(?=\s*(?:$|[,.;:!?)\x00])))?"
    r"(?=\s*(?:$|[,.;:!?)](?!\d)|\x00|[一-鿿])|\s+(?:at|in|with|for|re|about|and|on|by)\b|\s+w/|\s+@)",
    re.IGNORECASE,
)
_HAN_LAST_DAY = re.compile(
    r"(?<=[\d日号])\s*[-–—~～至到]\s*(?P<month>\d{1,2}月)?(?P<last>\d{1,2})[日号](?![楼馆线门房店厅])"
)
_FIRST_DAY = re.compile(rf"(?<![\w/:.$-])(?P<first>\d{{1,2}}){_ORDINAL}\s?[-–—]\s?$", re.IGNORECASE)


def extend_to_range(text: str, mention: DateMention) -> DateMention:
    """Return the date with all the days that were written, the first one as its day; unchanged if there is only one."""
    first_day = _FIRST_DAY.search(text, 0, mention.start)
    if first_day and 1 <= int(first_day["first"]) < mention.day.day and text[mention.start].isdigit():
        day = mention.day.replace(day=int(first_day["first"]))
        return mention._replace(start=first_day.start(), day=day, is_range=True)
    han = _HAN_LAST_DAY.match(text, mention.end)
    match = han or _LAST_DAY.match(text, mention.end)
    if match is None or (not (han and han["month"]) and not _is_later(int(match["last"]), mention.day)):
        return mention
    mention = mention._replace(end=match.end(), is_range=True)
    return mention if han or not match["year"] else _in_year(mention, int(match["year"]))


def _in_year(mention: DateMention, year: int) -> DateMention:
    """Return the date in the year that was written after its last day: "Jan 5-8, 2028"."""
    is_leap_day = (mention.day.month, mention.day.day) == (2, 29)
    return mention if is_leap_day else mention._replace(day=mention.day.replace(year=year), other_days=())


def _is_later(last: int, first: date) -> bool:
    return first.day < last <= 31
