"""The score of a need and a product: points, reasons and the index."""

import json
from dataclasses import replace
from datetime import date

import pytest

from crm.matching.policy import LEAST_POINTS, MatchReasonKind
from crm.matching.scoring import (
    MatchReason,
    MatchScore,
    NeedProfile,
    ProductIndex,
    ProductProfile,
    find_matches,
    keys_of,
    read_amount,
    score_match,
)

TODAY = date(2026, 11, 26)
NEED = NeedProfile(
    1,
    "Ultrasonic water meters, DN15 to DN300",
    native_title="超声波水表",
    hs6="902820",
    sectors=frozenset({"Water"}),
    certificates=frozenset({"CPA"}),
    quantity=read_amount("18,000 pieces"),
    needed_by=date(2027, 9, 1),
    country="CN",
    cities=frozenset({"Ningbo"}),
    prime_places="Shanghai; Jakarta",
)
PRODUCT = ProductProfile(
    2,
    9,
    "Ultrasonic water meter",
    hs6="902820",
    sectors=frozenset({"Water", "Air"}),
    certificates=frozenset({"CPA pattern approval"}),
    capacity=read_amount("3,000 units a month"),
    eccn="EAR99",
    places=frozenset({"宁波市, Shanghai"}),
    goals="Sell ultrasonic meters to utilities",
)


def reasons_of(need: NeedProfile, product: ProductProfile) -> dict[str, str]:
    return {reason.kind.value: reason.text() for reason in score_match(need, product, TODAY).reasons}


def test_each_reason_names_its_fact():
    assert reasons_of(NEED, PRODUCT) == {
        "same_hs6": "Same HS code: 902820.",
        "words": "Words in common: ultrasonic, water, meters.",
        "sector": "Same sector: Water.",
        "certificate_on_file": "The product has the required certificate: CPA.",
        "capacity_enough": "The capacity covers the quantity: 3,000 units a month for 18,000 pieces.",
        "in_time": "Enough time to deliver: needed by 2027-09-01.",
        "project_city": "The project is where the client or its China rep is active: Ningbo.",
        "prime_city": "The prime is where the client or its China rep is active: Shanghai.",
        "china_goals": "The client's goals in China mention: meters, ultrasonic.",
    }


def test_score_is_read_back_from_json_with_warnings_first_and_then_the_most_points():
    score = score_match(NEED, replace(PRODUCT, eccn="3A001", certificates=frozenset()), TODAY)
    stored = MatchScore.from_json(json.loads(json.dumps(score.to_json())))
    assert stored.points == score.points
    points = [reason.points for reason in stored.reasons]
    warnings = [number for number in points if number < 0]
    benefits = [number for number in points if number > 0]
    assert len(warnings) == 2
    assert points == sorted(warnings) + sorted(benefits, reverse=True)
    assert {reason.text() for reason in stored.reasons} == {reason.text() for reason in score.reasons}


def test_a_product_without_a_required_certificate_has_fewer_points_however_well_it_fits():
    need = replace(NEED, title="超声波水表 Ultrasonic water meters", native_title=None)
    product = replace(PRODUCT, name="Ultrasonic water meters", native_name="超声波水表")
    full = score_match(need, product, TODAY)
    missing = score_match(need, replace(product, certificates=frozenset()), TODAY)
    assert sum(reason.points for reason in missing.reasons) >= 100
    assert (full.points, missing.points) == (100, 96)
    assert MatchScore.from_json(missing.to_json()).points == 96


@pytest.mark.parametrize(
    ("available", "kind", "text"),
    [
        ({"ISO9001 certified", "CE", "UL"}, "on_file", "The product has the required certificate: CE, ISO 9001."),
        ({"CE"}, "missing", "The required certificate isn't on file: ISO 9001."),
        ({"UL"}, "missing", "The required certificate isn't on file: CE, ISO 9001."),
    ],
)
def test_each_required_certificate_that_is_not_on_file_is_named(available, kind, text):
    need = replace(NEED, certificates=frozenset({"CE", "ISO 9001"}))
    reasons = reasons_of(need, replace(PRODUCT, certificates=frozenset(available)))
    assert {name: reasons[name] for name in reasons if name.startswith("certificate_")} == {f"certificate_{kind}": text}


def test_one_missing_certificate_of_many_is_still_a_warning():
    names = frozenset({f"ISO {9000 + number}" for number in range(12)})
    product = replace(PRODUCT, certificates=names - {"ISO 9007"})
    reasons = score_match(replace(NEED, certificates=names), product, TODAY).reasons
    (warning,) = [reason for reason in reasons if reason.is_warning]
    assert (warning.points, warning.text()) == (-1, "The required certificate isn't on file: ISO 9007.")


def test_reason_writes_days_and_countries_for_the_reader():
    reason = MatchReason(MatchReasonKind.controlled_eccn, -15, {"entry": "3A001", "country": "CN"})
    assert reason.text(write_country={"CN": "China"}.__getitem__) == (
        "Warning: ECCN 3A001 probably needs a license for China."
    )
    reason = MatchReason(MatchReasonKind.tight, -4, {"day": "2026-12-08"})
    assert reason.text(write_day=lambda day: f"{day:%B %d}") == "Little time to deliver: needed by December 08."


def test_names_match_across_languages():
    need = NeedProfile(1, "Ball valves, stainless steel", country="CN")
    product = ProductProfile(2, 9, "不鏽鋼球閥")
    assert score_match(need, product, TODAY).points >= LEAST_POINTS
    assert reasons_of(need, product) == {"words": "Words in common: ball valves = 球阀, stainless steel = 不锈钢."}


def test_common_words_alone_are_no_match():
    need = NeedProfile(1, "High quality system for new project")
    assert score_match(need, ProductProfile(2, 9, "New high quality system, project grade"), TODAY) == MatchScore(0)


def test_own_products_of_the_buyer_are_no_match():
    assert score_match(replace(NEED, buyer_ids=frozenset({9})), PRODUCT, TODAY) == MatchScore(0)


@pytest.mark.parametrize(
    ("eccn", "jurisdiction", "usml", "kind"),
    [
        ("EAR99", "ear", None, None),
        ("3A991", "ear", None, "low_eccn"),
        ("3A001", "ear", None, "controlled_eccn"),
        ("9A610", "ear", None, "military_eccn"),
        (None, "itar", "XI", "usml"),
    ],
)
def test_export_rules_warn_first_for_china(eccn, jurisdiction, usml, kind):
    product = replace(PRODUCT, eccn=eccn, jurisdiction=jurisdiction, usml_category=usml)
    warnings = [reason.kind.value for reason in score_match(NEED, product, TODAY).reasons if reason.is_warning]
    assert warnings == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("eccn", "jurisdiction", "kind"),
    [("9A610", "ear", "military_eccn"), (None, "itar", "usml"), ("3A001", "ear", None)],
)
def test_export_rules_warn_for_countries_under_an_arms_embargo(eccn, jurisdiction, kind):
    product = replace(PRODUCT, eccn=eccn, jurisdiction=jurisdiction)
    reasons = score_match(replace(NEED, country="ET"), product, TODAY).reasons
    assert [reason.kind.value for reason in reasons if reason.is_warning] == ([kind] if kind else [])


def test_defense_articles_for_china_have_no_points():
    product = ProductProfile(2, 9, PRODUCT.name, hs6=NEED.hs6, usml_category="XI")
    assert score_match(NEED, product, TODAY).points == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18,000 m", (18000, "m", None)),
        ("20 t/day", (20000, "kg", "day")),
        ("5,000 units a month", (5000, "piece", "month")),
        ("月产3万套", (30000, "piece", "month")),
        ("每年1.5万吨", (15_000_000, "kg", "year")),
        ("240", (240, "piece", None)),
        ("120 days", (120, "day", None)),
        ("50 metric tons per day", (50_000, "kg", "day")),
        ("20公吨", (20_000, "kg", None)),
        ("1,000 square meters", (1000, "m2", None)),
        ("300 cu. m", (300, "m3", None)),
        ("100 m3/h", (100, "m3", "hour")),
        ("60 升/小时", (0.06, "m3", "hour")),
        ("500 square plates", (500, "piece", None)),
        ("500 pumps for Utah", (500, "piece", None)),
        ("100 Ah batteries", (100, "piece", None)),
        ("100Ah", (100, "piece", None)),
        ("100 A h batteries", (100, "piece", None)),
        ("20 tons a week", (20_000, "kg", "week")),
        ("20 tons Savannah", (20_000, "kg", None)),
        ("500 pcs Alamo", (500, "piece", None)),
        ("500 pcs / Dayton", (500, "piece", None)),
        ("20 tons an hour", (20_000, "kg", "hour")),
        ("300 units each week", (300, "piece", "week")),
        ("20 t/day产能", (20_000, "kg", "day")),
        ("20吨per day", (20_000, "kg", "day")),
        ("5 t / mo", (5000, "kg", "month")),
        ("8 t/yr", (8000, "kg", "year")),
        ("100 metric tonne", (100_000, "kg", None)),
        ("100 long ton", (pytest.approx(101_604.69088), "kg", None)),
        ("100 cubic foot", (pytest.approx(2.8316846592), "m3", None)),
        ("1 linear meter", (1, "m", None)),
        ("1 linear metre", (1, "m", None)),
        ("1 running meter", (1, "m", None)),
        ("1 running metre", (1, "m", None)),
        ("1 linear foot", (0.3048, "m", None)),
        ("1000 gallons per minute", (pytest.approx(3.785411784), "m3", "minute")),
        ("100 m3/min", (100, "m3", "minute")),
        ("每分钟60升", (0.06, "m3", "minute")),
        ("60升/分钟", (0.06, "m3", "minute")),
    ],
)
def test_amount_is_read_from_english_and_chinese(text, expected):
    amount = read_amount(text)
    assert (amount.number, amount.unit, amount.per, amount.text) == (*expected, text)


@pytest.mark.parametrize(
    ("quantity", "capacity", "kind"),
    [
        ("5,000 cubic meters", "100 m3/h", None),
        ("80 m3 per hour", "100 m3/h", "capacity_enough"),
        ("120 m3 per hour", "100 m3/h", "capacity_short"),
        ("5,000 cubic meters", "100 m3/min", None),
        ("80 m3/min", "6,000 m3 per hour", "capacity_enough"),
        ("120 m3/min", "6,000 m3 per hour", "capacity_short"),
        ("100 m3/min", "10,000 m3/month", None),
        ("40 metric tons", "300 units", None),
        ("10 t/month", "12 t/month", "capacity_enough"),
    ],
)
def test_rate_of_a_machine_is_compared_with_a_rate_only(quantity, capacity, kind):
    need = replace(NEED, quantity=read_amount(quantity))
    reasons = score_match(need, replace(PRODUCT, capacity=read_amount(capacity)), TODAY).reasons
    names = [reason.kind.value for reason in reasons]
    assert [name for name in names if name.startswith("capacity")] == ([kind] if kind else [])


@pytest.mark.parametrize("text", [None, "", "as required"])
def test_text_without_number_is_no_amount(text):
    assert read_amount(text) is None


def test_index_finds_what_comparing_all_pairs_finds():
    needs = [
        replace(NEED, id=i, hs6=hs6, title=title)
        for i, (hs6, title) in enumerate(
            [("902820", "Water meters"), (None, "球阀"), ("940510", "LED street lamps"), (None, "Project support")]
        )
    ]
    products = [
        ProductProfile(i, i, name, hs6=hs6)
        for i, (hs6, name) in enumerate(
            [
                ("902810", "Gas meter"),
                (None, "Ball valve, brass"),
                (None, "水表"),
                ("940511", "路灯"),
                (None, "LED lamp"),
            ]
        )
    ]
    expected = [
        (need.id, product.id, score)
        for need in needs
        for product in products
        if (score := score_match(need, product, TODAY)).points >= 10
    ]
    assert len(expected) > 4
    assert list(find_matches(needs, ProductIndex.build(products), TODAY, 10)) == expected


def test_pairs_whose_keys_are_too_light_have_no_points():
    assert not keys_of(NeedProfile(1, "Project support"))
    assert max(map(len, keys_of(NeedProfile(1, "x" * 500)))) <= 42
