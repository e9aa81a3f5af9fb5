"""Names similar to a typed one, for searches with few exact results."""

from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA


def allowed_edits(term: str) -> int:
    """Return the number of typos allowed in a term: 0 up to 3 letters, 1 up to 6, else 2.

    Pinyin names are short: always allowing two typos would match four of five names.
    """
    return 0 if len(term) <= 3 else 1 if len(term) <= 6 else 2


def close_keys(term: str, keys: Sequence[str], limit: int = 10) -> list[str]:
    """Return the keys within the allowed typos of a folded term, nearest first; swapped neighbors count as one typo."""
    edits = allowed_edits(term)
    if not edits or limit < 1:
        return []
    matches = process.extract(term, keys, scorer=OSA.distance, score_cutoff=edits, limit=None)
    nearest = sorted((distance, key) for key, distance, _ in matches)
    return list(dict.fromkeys(key for _, key in nearest))[:limit]
