"""Export rules that make a match difficult. A hint for the counselor: only the export review decides.

Sources: 22 CFR 126.1 (countries to which defense articles aren't licensed), EAR part 746 (embargoes), 742.4(b)(1)(ii)
and 742.6(b)(1) (600 series and 9x515 to countries under an arms embargo), 744.21 (military end use). The third
character of an ECCN is the band of its reason for control.
"""

from __future__ import annotations

from functools import lru_cache

from crm.matching.policy import MatchReasonKind
from crm.matching.scoring.profiles import NeedProfile, ProductProfile
from crm.matching.scoring.reasons import MatchReason
from crm.products.policy import ARMS_EMBARGOED, Jurisdiction, is_defense_article

CHINA = frozenset({"CN", "HK", "MO"})
"""Hong Kong is treated as China since December 23, 2020, and Macau is in the same country groups."""
EMBARGOED = frozenset({"BY", "CU", "IR", "KP", "RU", "SY"})
UNCONTROLLED = "EAR99"
_DENIED_POINTS = -100
_EMBARGO_POINTS = -60
_MILITARY_POINTS = -60
_CONTROLLED_POINTS = -15
_LOW_POINTS = -3


def find_export_reasons(need: NeedProfile, product: ProductProfile) -> tuple[MatchReason, ...]:
    """Return the export rules that stand between a product and the country of a need."""
    if not need.country:
        return ()
    return _apply_rules(need.country.upper(), product.jurisdiction, product.usml_category, product.eccn)


@lru_cache(maxsize=4096)
def _apply_rules(country: str, jurisdiction: str, usml: str | None, eccn: str | None) -> tuple[MatchReason, ...]:
    if country in ARMS_EMBARGOED and is_defense_article(Jurisdiction.from_code(jurisdiction), usml):
        entry = f"USML {usml}" if usml else "ITAR"
        return (MatchReason(MatchReasonKind.usml, _DENIED_POINTS, {"entry": entry, "country": country}),)
    if country in EMBARGOED:
        return (MatchReason(MatchReasonKind.embargoed, _EMBARGO_POINTS, {"country": country}),)
    if country not in ARMS_EMBARGOED or not eccn or eccn.upper() == UNCONTROLLED:
        return ()
    kind, points = _judge_eccn(eccn)
    if country not in CHINA and kind is not MatchReasonKind.military_eccn:
        return ()
    return (MatchReason(kind, points, {"entry": eccn, "country": country}),)


def _judge_eccn(eccn: str) -> tuple[MatchReasonKind, int]:
    band = eccn[2:3]
    if band == "6" or eccn[2:5] == "515":
        return MatchReasonKind.military_eccn, _MILITARY_POINTS
    if band == "9":
        return MatchReasonKind.low_eccn, _LOW_POINTS
    return MatchReasonKind.controlled_eccn, _CONTROLLED_POINTS
