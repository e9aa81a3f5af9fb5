"""What supports or weakens a match besides its subject: sectors, certificates, capacity, dates and places."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from crm.matching.policy import MatchReasonKind
from crm.matching.scoring.amounts import Amount
from crm.matching.scoring.profiles import NeedProfile, ProductProfile
from crm.matching.scoring.reasons import MatchReason
from crm.names.folding import fold, is_latin, split_words
from crm.names.pinyin import syllables

_SECTOR_POINTS = 8
_OTHER_SECTOR_POINTS = -12
_CERTIFICATE_POINTS = 8
_NO_CERTIFICATE_POINTS = -4
_CAPACITY_POINTS = 5
_SHORT_POINTS = -6
_IN_TIME_POINTS = 3
_TIGHT_POINTS = -4
_LATE_POINTS = -20
_PROJECT_CITY_POINTS = 5
_PRIME_CITY_POINTS = 3
_OTHER_KIND_POINTS = -12
_SHORT_NOTICE_DAYS = 45
"""Less time than this is short for an export with its documents and transport by sea."""
_YEAR_DAYS = 365
_SERVICE, _TECHNOLOGY = "service", "technology"


def find_context_reasons(need: NeedProfile, product: ProductProfile, today: date) -> list[MatchReason]:
    """Return what supports or weakens a match of a need and a product."""
    return [
        *(_compare_kinds(need.kind, product.kind) if need.kind != product.kind else ()),
        *_compare_sectors(need.sectors, product.sectors),
        *(_compare_certificates(need.certificates, product.certificates) if need.certificates else ()),
        *_compare_amounts(need.quantity, product.capacity, need.needed_by, today),
        *(_compare_places(need.cities, need.prime_places, product.places) if product.places else ()),
    ]


def _compare_kinds(one: str, other: str) -> tuple[MatchReason, ...]:
    if (one == _SERVICE) != (other == _SERVICE) and _TECHNOLOGY not in {one, other}:
        return (MatchReason(MatchReasonKind.other_kind, _OTHER_KIND_POINTS),)
    return ()


@lru_cache(maxsize=16_384)
def _compare_sectors(one: frozenset[str], other: frozenset[str]) -> tuple[MatchReason, ...]:
    if not one or not other:
        return ()
    if shared := one & other:
        return (MatchReason(MatchReasonKind.sector, _SECTOR_POINTS, {"names": sorted(shared)}),)
    values = {"need": sorted(one), "product": sorted(other)}
    return (MatchReason(MatchReasonKind.other_sector, _OTHER_SECTOR_POINTS, values),)


_CERTIFICATE_NOISE = frozenset(
    {"ansi", "approval", "certificate", "certification", "certified", "listed", "mark", "standard"}
)
_SAME_CERTIFICATES = {"3c": "ccc", "强制性产品认证": "ccc", "危害分析": "haccp", "有机": "organic"}


def _read_certificate(text: str) -> frozenset[str]:
    """Return the words that name a certificate: "ISO 9001:2015" and "iso9001 certified" have the same ones."""
    plain = fold(re.sub(r":\s*(19|20)\d\d", "", text)).replace("认证", "").replace("证书", "")
    parts = re.findall(r"[a-z]+|[0-9]+|[^\x00-\x7f]+", _SAME_CERTIFICATES.get(plain.strip(), plain))
    return frozenset(part for part in parts if part not in _CERTIFICATE_NOISE)


@lru_cache(maxsize=4096)
def _compare_certificates(required: frozenset[str], available: frozenset[str]) -> tuple[MatchReason, ...]:
    names = sorted(required)
    sets = [_read_certificate(text) for text in available]
    missing = [name for name in names if not any(_read_certificate(name) <= other for other in sets)]
    if not missing:
        return (MatchReason(MatchReasonKind.certificate_on_file, _CERTIFICATE_POINTS, {"names": names}),)
    points = min(-1, round(_NO_CERTIFICATE_POINTS * len(missing) / len(names)))
    return (MatchReason(MatchReasonKind.certificate_missing, points, {"names": missing}),)


@lru_cache(maxsize=4096)
def _compare_amounts(
    quantity: Amount | None, capacity: Amount | None, needed_by: date | None, today: date
) -> tuple[MatchReason, ...]:
    days = (needed_by - today).days if needed_by else None
    is_enough = _is_enough(quantity, capacity, days)
    reasons = []
    if quantity and capacity and is_enough is not None:
        kind = MatchReasonKind.capacity_enough if is_enough else MatchReasonKind.capacity_short
        values = {"capacity": capacity.text, "quantity": quantity.text}
        reasons.append(MatchReason(kind, _CAPACITY_POINTS if is_enough else _SHORT_POINTS, values))
    if needed_by and days is not None:
        day = {"day": needed_by.isoformat()}
        if days < 0:
            reasons.append(MatchReason(MatchReasonKind.too_late, _LATE_POINTS, day))
        elif days < _SHORT_NOTICE_DAYS:
            reasons.append(MatchReason(MatchReasonKind.tight, _TIGHT_POINTS, day))
        elif is_enough is not False:
            reasons.append(MatchReason(MatchReasonKind.in_time, _IN_TIME_POINTS, day))
    return tuple(reasons)


def _is_enough(quantity: Amount | None, capacity: Amount | None, days: int | None) -> bool | None:
    """Whether the capacity until the date covers the quantity; None if units differ or either isn't on record.

    What a machine does in a minute or hour is compared with such a rate only. The date doesn't matter for two rates.
    """
    if quantity is None or capacity is None or quantity.unit != capacity.unit:
        return None
    if quantity.is_machine_rate is not capacity.is_machine_rate:
        return None
    if quantity.per and capacity.per:
        return capacity.in_days(_YEAR_DAYS) >= quantity.in_days(_YEAR_DAYS)
    return capacity.in_days(_YEAR_DAYS if days is None else max(0, min(days, _YEAR_DAYS))) >= quantity.number


def _read_places(text: str) -> frozenset[str]:
    """Return the places of a text; a Chinese name is also its pinyin, so that 宁波市 and Ningbo are the same."""
    places = set()
    for part in re.split(r"[,;/，；、。|\n]|\band\b|和", text):
        words = split_words(part)
        places.add("".join(words if all(map(is_latin, words)) else map(_read_place, words)))
    return frozenset(places - {""})


def _read_place(run: str) -> str:
    plain = re.sub(r"(?<=..)[市省区县]$", "", run)
    return run if is_latin(run) else "".join(syllables(plain)).replace("ü", "u") or plain


@lru_cache(maxsize=4096)
def _compare_places(
    cities: frozenset[str], prime_places: str | None, places: frozenset[str]
) -> tuple[MatchReason, ...]:
    active = {place for text in places for place in _read_places(text)}
    project = {place: city for city in sorted(cities) for place in _read_places(city)}
    prime = {place: part for part in _split_places(prime_places) for place in _read_places(part)}
    reasons = []
    if shared := sorted({project[place] for place in project.keys() & active}):
        reasons.append(MatchReason(MatchReasonKind.project_city, _PROJECT_CITY_POINTS, {"places": shared}))
    if shared := sorted({prime[place] for place in prime.keys() & active - project.keys()}):
        reasons.append(MatchReason(MatchReasonKind.prime_city, _PRIME_CITY_POINTS, {"places": shared}))
    return tuple(reasons)


def _split_places(text: str | None) -> list[str]:
    return [part.strip() for part in re.split(r"[,;/，；、|\n]", text or "") if part.strip()]
