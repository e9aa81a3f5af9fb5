"""Whether two names belong together: a labeled set, random pairs of common names, keys, reasons."""

import csv
import random
from functools import cache
from pathlib import Path

import pytest

from crm.names.folding import KEY_MARK
from crm.names.matching import (
    NO_MATCH,
    OrganizationName,
    PersonName,
    ReasonKind,
    either_order_keys,
    find_keys,
    match_likely_people,
    match_organizations,
    match_people,
    organization_keys,
    person_keys,
)
from crm.names.tokens import person_tokens, query_tokens
from crm.sample import chinese_names

PAIRS = Path(__file__).parent / "data" / "name_pairs.tsv"
RANDOM_PAIRS = 3_000


@cache
def load_pairs():
    with PAIRS.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def compare(row):
    match = match_people if row["kind"] == "person" else match_organizations
    return match(row["a"], row["b"])


@pytest.mark.parametrize("kind", ["person", "organization"])
def test_labeled_pairs_are_decided_with_f1_of_ninety_percent(kind):
    rows = [row for row in load_pairs() if row["kind"] == kind]
    likely = {i for i, row in enumerate(rows) if compare(row).is_likely}
    same = {i for i, row in enumerate(rows) if row["same"] == "1"}

    assert len(load_pairs()) >= 300
    assert 2 * len(likely & same) / (len(likely) + len(same)) >= 0.9
    assert len(likely - same) <= 0.1 * (len(rows) - len(same))


def test_order_of_the_two_names_does_not_matter():
    rows = load_pairs()
    assert [
        row for row in rows if compare(row).is_likely != compare({**row, "a": row["b"], "b": row["a"]}).is_likely
    ] == []


def random_name(rng):
    source = rng.choice(["pinyin", "characters", "hong kong", "taiwan"])
    if source in ("hong kong", "taiwan"):
        families, given_names = (
            (chinese_names.HONG_KONG, chinese_names.HONG_KONG_GIVEN)
            if source == "hong kong"
            else (chinese_names.TAIWAN, chinese_names.TAIWAN_GIVEN)
        )
        return f"{rng.choice(families)[1]} {rng.choice(given_names)[1]}"
    family, parts = rng.choice(chinese_names.FAMILIES), [rng.choice(chinese_names.SINGLES)]
    if rng.random() < 0.6:
        parts = [rng.choice(chinese_names.FIRST), rng.choice(chinese_names.SECOND)]
    script = 0 if source == "characters" else 1
    return f"{family[script]}{' ' if script else ''}{''.join(part[script].lower() for part in parts)}"


def test_random_pairs_of_common_names_rarely_match():
    rng = random.Random(1)
    pairs = [(random_name(rng), random_name(rng)) for _ in range(RANDOM_PAIRS)]
    assert sum(a != b and match_people(a, b).is_likely for a, b in pairs) < RANDOM_PAIRS / 100


def test_likely_matches_are_those_of_the_whole_comparison():
    rng = random.Random(2)
    pairs = [(row["a"], row["b"]) for row in load_pairs() if row["kind"] == "person"]
    stored = PersonName("周", "立民", "Zhou", "Limin", "Leo")
    pairs += [
        (stored, text) for text in ("周立民", "周立民 Zhou Limin", "周丽敏 Zhou Limin", "周大海 Leo Zhou", "Leo Zhou")
    ]
    pairs += [(random_name(rng), random_name(rng)) for _ in range(RANDOM_PAIRS)]
    for a, b in pairs:
        match = match_people(a, b)
        assert match_likely_people(a, b) == (match if match.is_likely else NO_MATCH), (a, b)


def test_keys_are_read_from_the_search_tokens():
    name = PersonName("周", "立民", "Zhou", "Limin", "Leo")
    assert find_keys(person_tokens(*name, "Suzhou 苏州")) == list(person_keys(name))


@pytest.mark.parametrize(
    ("family", "given_name", "keys"),
    [("Limin", "Zhou", ("lmn2s", "7j2lm")), ("Sato", "Jun", ("an2st", "7j2st")), ("Zhou", "Limin", ("zhou0limin",))],
)
def test_stored_keys_do_not_change_and_are_found_in_either_order(family, given_name, keys):
    stored = tuple(KEY_MARK + key for key in keys)
    assert person_keys(PersonName(family_latin=family, given_latin=given_name)) == stored
    assert set(stored) <= set(either_order_keys(PersonName(family_latin=family, given_latin=given_name)))
    assert set(stored) <= set(either_order_keys(PersonName(family_latin=given_name, given_latin=family)))


@pytest.mark.parametrize(
    ("name", "variant"), [("Lane Lee", "Layne Lee"), ("Shaw Young", "Shawe Young"), ("Bui Hung", "Buie Hung")]
)
def test_spelling_variants_of_a_western_family_name_share_a_key(name, variant):
    keys, variant_keys = (
        person_keys(PersonName(family_latin=family, given_latin=given_name))
        for family, given_name in (name.split(), variant.split())
    )
    assert set(keys) & set(variant_keys)


def test_same_names_share_a_key():
    people = [row for row in load_pairs() if row["same"] == "1" and row["kind"] == "person"]
    organizations = [row for row in load_pairs() if row["same"] == "1" and row["kind"] == "organization"]
    sharing = sum(not set(person_keys(row["a"], 48)).isdisjoint(person_keys(row["b"])) for row in people)
    sharing += sum(
        not set(organization_keys(row["a"])).isdisjoint(organization_keys(row["b"])) for row in organizations
    )
    assert sharing / (len(people) + len(organizations)) >= 0.93


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Wang2 Wei3", "王伟"),
        ("X. M. Huang", "Huang Xiaoming"),
        ("XM Huang", "Huang Xiaoming"),
        ("David Wang Wei", "Wang Wei"),
        ("Susan Lee", "Susan Lee Chen"),
        ("Dan Wang", "Daniel Hao Wang"),
        ("Lam Cheng Yuet Ngor", "Cheng Yuet Ngor"),
        ("Tan Chin Tuan", "陈振传"),
        ("Yusuf Hasan", "Youssef Hassan"),
        ("Qiao Guanhua", "Chiao Kuan-hua"),
        ("Yi Jianlian", "Yi Chien-lien"),
        ("Robert Kuok Hock Nien", "郭鹤年"),
        ("Sean O'Brien", "Shaun O'Brien"),
    ],
)
def test_other_spelling_of_a_person_is_likely(a, b):
    assert match_people(a, b).is_likely
    assert match_people(b, a).is_likely


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Wang Wei", "Wang Wei Min"),
        ("Cheung Wai", "Cheung Wai Man"),
        ("H. M. Huang", "Huang Xiaoming"),
        ("Omar Khan", "Amir Khan"),
        ("Li Bin", "李敏"),
        ("Zhang Hui", "张飞"),
        ("Qiao Guanhua", "Qiao Guanhu"),
        ("Ran Xuanyu", "Ran Xin"),
    ],
)
def test_person_with_another_given_name_is_not_likely(a, b):
    assert not match_people(a, b).is_likely
    assert not match_people(b, a).is_likely


@pytest.mark.parametrize(
    ("a", "b", "is_likely"),
    [
        ("CNPC", "China National Petroleum Corporation", True),
        ("CNPB", "China National Petroleum Corporation", False),
        ("Consulate General of the United States, Shanghai", "U.S. Consulate General Shanghai", True),
        ("浙江吉利控股集团有限公司", "Zhejiang Geely Holding Group", True),
        ("海尔集团", "Hisense Group", False),
        ("广东省商务厅", "Guangdong Provincial Department of Commerce", True),
        ("广东省商务厅", "Hubei Provincial Department of Commerce", False),
        ("Golden Gate Instruments", "Golden State Instruments", False),
        ("Bay Aera Valve", "Bay Area Valve", True),
        ("Bay Port Foods", "Bay Pork Foods", False),
        ("浙江省人民政府", "浙江省政府", True),
        ("中国石油天然气集团有限公司", "中国石油集团", True),
        ("中国中铁", "China Railway Construction", False),
        ("招商局", "China Merchants Bank", False),
        ("京东方", "京东", False),
        ("美国驻上海总领事馆", "U.S. Consulate General Shanghai", True),
        ("美国驻上海总领事馆", "U.S. Consulate General Guangzhou", False),
    ],
)
def test_other_name_of_an_organization(a, b, is_likely):
    assert match_organizations(a, b).is_likely == is_likely
    assert match_organizations(b, a).is_likely == is_likely


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("浙江吉利控股集团有限公司", "Geely"),
        ("浙江大华技术股份有限公司", "Dahua Technology"),
        ("Zhejiang Dahua Technology Co., Ltd.", "Dahua Technology"),
        ("CNOOC", "China National Offshore Oil Corporation"),
        ("IRISL", "Islamic Republic of Iran Shipping Lines"),
        ("CATL", "Contemporary Amperex Technology Co., Limited"),
        ("CCPIT Guangdong", "China Council for the Promotion of International Trade Guangdong"),
    ],
)
def test_other_name_of_an_organization_shares_a_key(a, b):
    assert set(organization_keys(a)) & set(organization_keys(b))


def test_no_query_has_the_mark_of_a_key():
    assert query_tokens(person_keys("张伟")[0]) == ["zhang0wei"]
    assert query_tokens(KEY_MARK) == []


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        ("張偉", "张伟", "Same characters in traditional and simplified form: 張偉 and 张伟."),
        ("张伟", "Zhang Wei", "“Zhang Wei” is the pinyin of 张伟."),
        ("张伟", "Cheung Wai", "“Cheung Wai” is a Hong Kong (Cantonese) spelling of 张伟."),
        ("蔡英文", "Tsai Ing-wen", "“Tsai Ing-wen” is a Taiwan (Wade-Giles) spelling of 蔡英文."),
        ("林文庆", "Lim Boon Keng", "“Lim Boon Keng” is a Hokkien, Teochew or Hakka spelling of 林文庆."),
        ("Wei Zhang", "Zhang Wei", "The family and given names are in a different order."),
        ("Bob Smith", "Robert Smith", "“Bob” and “Robert” are forms of the same name."),
        ("章伟", "张伟", "Sounds alike, but the characters differ: 章伟 and 张伟."),
    ],
)
def test_reason_of_a_person_is_a_sentence(a, b, reason):
    assert reason in [str(each) for each in match_people(a, b).reasons]


def test_order_of_a_text_is_no_reason_beside_known_parts():
    typed = PersonName(family_latin="Al-Mansoori", given_latin="Khaled")
    reasons = match_people(typed, "خالد المنصوري Khalid Al Mansoori").reasons
    assert [reason.kind for reason in reasons] == [ReasonKind.NICKNAME]


def test_stored_parts_and_other_names_are_compared():
    stored = PersonName("周", "立民", "Zhou", "Limin", "Leo")
    assert match_people(stored, "Leo Zhou").is_likely
    assert match_people(stored, PersonName(family_native="周", given_native="立民")).is_likely
    assert not match_people(stored, PersonName(family_native="周", given_native="丽敏")).is_likely
    dji = OrganizationName("Dajiang Innovation", "大疆创新", ("DJI",))
    assert match_organizations(dji, "DJI Co., Ltd.").is_likely
