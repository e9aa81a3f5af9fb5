"""Which territories of China reps overlap."""

from __future__ import annotations

import pytest

from crm.people.territories import territories_overlap
from crm.reference.cities import load_cities
from crm.reference.services import shipped_rows


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        (None, "Jiangsu", True),
        ("Jiangsu", "", True),
        ("CHINA", "Jiangsu", True),
        ("Jiangsu", "china", True),
        ("jiangsu", "Jiangsu, Zhejiang", True),
        ("Jiangsu, Zhejiang", "zhejiang", True),
        ("Jiangsu, Zhejiang", "Zhejiang; Fujian", True),
        ("Jiangsu and Zhejiang", "Shanghai / Zhejiang", True),
        ("江苏、浙江", "浙江省和福建省", True),
        ("江苏和浙江", "浙江和福建", True),
        ("呼和浩特", "呼伦贝尔", False),
        ("和田", "莆田", False),
        ("全国", "江苏", True),
        ("Jiangsu", "Mainland China", True),
        ("Jiangsu", "Guangdong", False),
        ("Jiangsu, Anhui", "Guangdong, Guangxi", False),
        ("East China", "Zhejiang", True),
        ("华东", "Zhejiang Province", True),
        ("East China", "Ningbo", True),
        ("Zhejiang", "宁波市", True),
        ("浙江", "Zhejiang", True),
        ("廣東省", "Shenzhen", True),
        ("中山市", "Zhongshan", True),
        ("the Yangtze River Delta", "East China", True),
        ("江浙沪", "Shanghai", True),
        ("Greater China", "Taiwan", True),
        ("Ningbo", "Hangzhou", False),
        ("East China", "Guangdong", False),
        ("East China", "Northeast China", False),
        ("Shanxi", "Xi'an", False),
        ("Shanghai", "江苏", False),
        ("East China", "Nairobi", False),
        ("Southern Jiangsu", "Jiangsu", True),
    ],
)
def test_territories_overlap_if_one_is_unknown_or_part_of_the_other(one, other, overlap):
    assert territories_overlap(one, other) is overlap


def test_each_known_city_of_china_is_in_one_province():
    rows = shipped_rows("china_provinces")
    provinces = {row["name"] for row in rows}
    cities = [name for row in rows for name in row["cities"].split()]
    assert sorted(cities) == sorted({city.name for city in load_cities().values() if city.country == "CN"} - provinces)
