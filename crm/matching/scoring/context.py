"""What supports or weakens a match besides its subject: sectors, certificates, capacity, dates and places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from crm.matching.policy import MatchReasonKind
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


def count_sector_points(need: NeedProfile, product: ProductProfile) -> int:
    """Return the points for the sectors of a need and a product."""
    if not need.sectors or not product.sectors:
        return 0
    return _OTHER_SECTOR_POINTS if need.sectors.isdisjoint(product.sectors) else _SECTOR_POINTS


def most_context_points(need: NeedProfile, product: ProductProfile) -> int:
    """Return the most points that `find_context_reasons` can give besides those for sectors, quickly."""
    points = _IN_TIME_POINTS if need.needed_by else 0
    if need.certificates:
        points += _CERTIFICATE_POINTS if product.certificates else _NO_CERTIFICATE_POINTS
    if need.quantity and product.capacity:
        points += _CAPACITY_POINTS
    if product.places:
        points += _PROJECT_CITY_POINTS + _PRIME_CITY_POINTS
    return points


def find_context_reasons(need: NeedProfile, product: ProductProfile, today: date) -> Iterator[MatchReason]:
    """Yield what supports or weakens a match of a need and a product."""
    if (need.kind == _SERVICE) != (product.kind == _SERVICE) and _TECHNOLOGY not in {need.kind, product.kind}:
        yield MatchReason(MatchReasonKind.other_kind, _OTHER_KIND_POINTS)
    sector_points = count_sector_points(need, product)
    if sector_points > 0:
        yield MatchReason(MatchReasonKind.sector, sector_points, {"names": sorted(need.sectors & product.sectors)})
    elif sector_points < 0:
        values = {"need": sorted(need.sectors), "product": sorted(product.sectors)}
        yield MatchReason(MatchReasonKind.other_sector, sector_points, values)
    yield from _compare_certificates(need.certificates, product.certificates)
    yield from _compare_amounts(need, product, today)
    yield from _compare_places(need, product)


_CERTIFICATE_NOISE = frozenset(
    {"ansi", "approval", "certificate", "certification", "certified", "listed", "mark", "standard"}
)
_SAME_CERTIFICATES = {"3c": "ccc", "强制性产品认证": "ccc", "危害分析": "haccp", "有机": "organic"}


@lru_cache(maxsize=4096)
def _read_certificate(text: str) -> frozenset[str]:
    """Return the words that name a certificate: "ISO 9001:2015" and "iso9001 certified" have the same ones."""
    plain = fold(re.sub(r":\s*(19|20)\d\d", "", text)).replace("认证", "").replace("证书", "")
    parts = re.findall(r"[a-z]+|[0-9]+|[^\x00-\x7f]+", _SAME_CERTIFICATES.get(plain.strip(), plain))
    return frozenset(part for part in parts if part not in _CERTIFICATE_NOISE)


def _compare_certificates(required: Iterable[str], available: Iterable[str]) -> Iterator[MatchReason]:
    names = sorted(required)
    if not names:
        return
    sets = [_read_certificate(text) for text in available]
    covered = [name for name in names if any(_read_certificate(name) <= other for other in sets)]
    if covered:
        points = round(_CERTIFICATE_POINTS * len(covered) / len(names))
        yield MatchReason(MatchReasonKind.certificate_on_file, points, {"names": covered})
    else:
        yield MatchReason(MatchReasonKind.certificate_missing, _NO_CERTIFICATE_POINTS, {"names": names})


def _compare_amounts(need: NeedProfile, product: ProductProfile, today: date) -> Iterator[MatchReason]:
    days = (need.needed_by - today).days if need.needed_by else None
    is_enough = _is_enough(need, product, days)
    if need.quantity and product.capacity and is_enough is not None:
        kind = MatchReasonKind.capacity_enough if is_enough else MatchReasonKind.capacity_short
        values = {"capacity": product.capacity.text, "quantity": need.quantity.text}
        yield MatchReason(kind, _CAPACITY_POINTS if is_enough else _SHORT_POINTS, values)
    if need.needed_by and days is not None:
        day = {"day": need.needed_by.isoformat()}
        if days < 0:
            yield MatchReason(MatchReasonKind.too_late, _LATE_POINTS, day)
        elif days < _SHORT_NOTICE_DAYS:
            yield MatchReason(MatchReasonKind.tight, _TIGHT_POINTS, day)
        elif is_enough is not False:
            yield MatchReason(MatchReasonKind.in_time, _IN_TIME_POINTS, day)


def _is_enough(need: NeedProfile, product: ProductProfile, days: int | None) -> bool | None:
    """Whether the capacity until the date covers the quantity; None if units differ or either isn't on record."""
    quantity, capacity = need.quantity, product.capacity
    if quantity is None or capacity is None or quantity.unit != capacity.unit:
        return None
    available = capacity.in_days(_YEAR_DAYS if days is None else max(0, min(days, _YEAR_DAYS)))
    return available >= (quantity.in_days(_YEAR_DAYS) if quantity.per and capacity.per else quantity.number)


@lru_cache(maxsize=4096)
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


def _compare_places(need: NeedProfile, product: ProductProfile) -> Iterator[MatchReason]:
    if not product.places:
        return
    active = {place for text in product.places for place in _read_places(text)}
    project = {place: city for city in sorted(need.cities) for place in _read_places(city)}
    shared = sorted({project[place] for place in project.keys() & active})
    if shared:
        yield MatchReason(MatchReasonKind.project_city, _PROJECT_CITY_POINTS, {"places": shared})
    prime = {place: part for part in _split_places(need.prime_places) for place in _read_places(part)}
    shared = sorted({prime[place] for place in prime.keys() & active - project.keys()})
    if shared:
        yield MatchReason(MatchReasonKind.prime_city, _PRIME_CITY_POINTS, {"places": shared})


@lru_cache(maxsize=4096)
def _split_places(text: str | None) -> list[str]:
    return [part.strip() for part in re.split(r"[,;/，；、|\n]", text or "") if part.strip()]
