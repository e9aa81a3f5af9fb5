"""Which territories of China reps overlap."""

from __future__ import annotations

import pytest

from crm.people.territories import _find_areas, _load_areas, _split_territory, territories_overlap
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
        ("东三省", "大连", True),
        ("东北三省", "大连", True),
        ("Dongbei", "Harbin", True),
        ("Macau", "Greater Bay Area", True),
        ("Macao", "澳门", True),
        ("Xi’an", "Shaanxi", True),
        ("Xian", "西安", True),
        ("广西壮族自治区", "Nanning", True),
        ("新疆维吾尔自治区", "Urumqi", True),
        ("内蒙古自治区", "Baotou", True),
        ("宁夏回族自治区", "Northwest China", True),
        ("香港特别行政区", "Hong Kong", True),
        ("Hong Kong SAR", "GBA", True),
        ("Inner Mongolia Autonomous Region", "North China", True),
        ("江苏省苏州市", "Jiangsu", True),
        ("江苏省苏州市", "Suzhou", True),
        ("Suzhou (Jiangsu)", "East China", True),
        ("Northern Jiangsu", "East China", True),
        ("Suzhou Industrial Park", "Jiangsu", True),
        ("Kunshan", "Suzhou", True),
        ("昆山", "苏州市", True),
        ("Yiwu", "Jinhua", True),
        ("Nationwide", "Jiangsu", True),
        ("P.R. China", "Jiangsu", True),
        ("People's Republic of China", "Jiangsu", True),
        ("中华人民共和国", "Jiangsu", True),
        ("全中国", "Jiangsu", True),
        ("中国内地", "Jiangsu", True),
        ("大陆", "Jiangsu", True),
        ("内地", "Jiangsu", True),
        ("Mainland", "Jiangsu", True),
        ("entire China", "Zhangjiagang", True),
        ("Eastern and Southern China", "Zhejiang", True),
        ("East-China", "Zhejiang", True),
        ("South-west China", "Chengdu", True),
        ("South Western China", "Chengdu", True),
        ("Western China", "Xinjiang", True),
        ("西部", "四川", True),
        ("西部地区", "四川", True),
        ("Beijing-Tianjin-Hebei", "Tangshan", True),
        ("Ningbo, Hangzhou", "Hangzhou, Zhejiang", True),
        ("Shanghai, Suzhou, Jiangsu, Zhejiang", "Nanjing", True),
        ("Ningbo, all of Zhejiang", "Hangzhou", True),
        ("Shanghai, nationwide", "Guangdong", True),
        ("Zhangjiagang, Jiangsu", "Jiangsu", True),
        ("Hangzhou, East China", "Jiangsu", True),
        ("China (including Hong Kong and Macau)", "Jiangsu", True),
        ("China (except Guangdong)", "Jiangsu", True),
        ("China except Guangdong", "Jiangsu", True),
        ("China with an office in Shanghai", "Jiangsu", True),
        ("全国（上海除外）", "江苏", True),
        ("Outside Shanghai, China", "Jiangsu", True),
        ("All cities except Ningbo, Zhejiang", "Hangzhou", True),
        ("Ningbo, Zhejiang", "Hangzhou, Zhejiang", False),
        ("Ningbo, Zhejiang, China", "Hangzhou", False),
        ("Jiangsu Province, China", "Guangdong", False),
        ("Jiangsu and Zhejiang, P.R. China", "Guangdong", False),
        ("Suzhou (Jiangsu)", "Nanjing (Jiangsu)", False),
        ("江苏省苏州市", "江苏省南京市", False),
        ("中国江苏", "广东", False),
        ("江西安福", "西安", False),
        ("Kunshan, Suzhou", "Wuxi", False),
        ("沙市", "长沙", False),
        ("沙市", "长沙市", False),
        ("江苏西部", "四川", False),
        ("South Korea", "Guangdong", False),
        ("Middle East", "Zhejiang", False),
        ("Western Jiangsu", "Sichuan", False),
        ("Kunshan", "Nanjing", False),
    ],
)
def test_territories_overlap_if_one_is_unknown_or_part_of_the_other(one, other, overlap):
    assert (territories_overlap(one, other), territories_overlap(other, one)) == (overlap, overlap)


def test_each_known_place_is_read_as_itself():
    for name, areas in _load_areas().items():
        (place,) = _split_territory(name)
        assert _find_areas(place) == areas, name


def test_each_known_city_of_china_is_in_one_province():
    rows = shipped_rows("china_provinces")
    provinces = {row["name"] for row in rows}
    cities = [path.rpartition("/")[2] for row in rows for path in row["cities"].split()]
    assert sorted(cities) == sorted({city.name for city in load_cities().values() if city.country == "CN"} - provinces)
