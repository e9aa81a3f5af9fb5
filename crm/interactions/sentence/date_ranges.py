"""Several days written as one date: "Dec 10-12", "10-12 December", 12月10日至12日."""

from __future__ import annotations

import re


def is_range(match: re.Match[str]) -> bool:
    """Whether a match of a date has a first and a later last day. The groups are `d` or `id` with `first` or `last`."""
    groups = match.groupdict()
    if groups.get("first"):
        return 1 <= int(groups["first"]) < int(groups["d"])
    last = groups.get("last")
    if not last:
        return False
    first = int(groups.get("d") or groups["id"])
    return bool(groups.get("last_month")) or first < int(last) <= 31


def find_bounds(match: re.Match[str]) -> tuple[int, int]:
    """Return where a date begins and ends, without a number beside it that isn't a day of it."""
    groups = match.groupdict()
    if is_range(match) or not (groups.get("first") or groups.get("last")):
        return match.start(), match.end()
    if groups.get("first"):
        return match.start("d"), match.end()
    return match.start(), match.end("d" if groups.get("d") else "id")
