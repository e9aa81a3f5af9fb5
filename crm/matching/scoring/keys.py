"""The index keys of needs and products: pairs that share too little are never compared."""

from __future__ import annotations

from collections.abc import Iterator

from crm.matching.scoring.prepared import PreparedProfile, prepare
from crm.matching.scoring.profiles import NeedProfile, ProductProfile
from crm.matching.scoring.word_lists import weigh

LEAST_KEY_WEIGHT = 60
"""A pair is compared when the weights of its shared keys add up to this."""
_LEAST_WORD_WEIGHT = 0.3
"""Words with less weight aren't keys."""
_HEADING_WEIGHT = 100
_FIELD_WEIGHT = 20
_MAX_KEY_CHARS = 40
_SIDE_WEIGHTS = {"n": 100, "t": 35, "s": 35}
"""Words of both names, of a need's title and a product's description, of a specification and a product's name."""


def keys_of(profile: NeedProfile | ProductProfile) -> dict[str, int]:
    """Return the index keys of a need or product with their weights: the HS heading and the words that say enough.

    A word that both sides have in their names weighs more than one that is in the name of one and in the description of
    the other; words of both descriptions have no key. The weight of a key depends on nothing else. Keys have at most 42
    characters.
    """
    return dict(find_keys(prepare(profile)))


def find_keys(prepared: PreparedProfile) -> dict[str, int]:
    """Return the index keys of a prepared need or product."""
    if not prepared.keys:
        prepared.keys.update(_build_keys(prepared))
    return prepared.keys


def _build_keys(prepared: PreparedProfile) -> Iterator[tuple[str, int]]:
    hs6 = prepared.profile.hs6
    if hs6 and len(hs6) >= 4:
        yield f"h:{hs6[:4]}", _HEADING_WEIGHT
    for field in prepared.fields:
        yield f"f:{field[:_MAX_KEY_CHARS]}", _FIELD_WEIGHT
    in_name, in_description = ("nt", "s") if isinstance(prepared.profile, NeedProfile) else ("ns", "t")
    for word in prepared.words:
        weight = weigh(word)
        if weight >= _LEAST_WORD_WEIGHT:
            for side in in_name if word in prepared.name_words else in_description:
                yield f"{side}:{word[:_MAX_KEY_CHARS]}", round(_SIDE_WEIGHTS[side] * weight)
