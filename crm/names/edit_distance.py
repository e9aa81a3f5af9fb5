"""Names nearly as typed, for when the exact search finds few."""

from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA


def allowed_edits(term: str) -> int:
    """How many wrong letters a term may hold: none up to 3 letters, 1 up to 6, 2 beyond.

    Pinyin names are short: a flat allowance of two would find four names in five.
    """
    return 0 if len(term) <= 3 else 1 if len(term) <= 6 else 2


def close_keys(term: str, keys: Sequence[str], limit: int = 10) -> list[str]:
    """The keys within the allowed edits of a folded term (a swap of neighbors counts one), nearest first."""
    edits = allowed_edits(term)
    if not edits or limit < 1:
        return []
    found = process.extract(term, keys, scorer=OSA.distance, score_cutoff=edits, limit=None)
    nearest = sorted((distance, key) for key, distance, _ in found)
    return list(dict.fromkeys(key for _, key in nearest))[:limit]
