"""Single rules of the matcher: each with a pair that it finds, and one that it must leave alone."""

from __future__ import annotations

import pytest

from crm.names.matching import match_organizations, match_people, organization_keys, person_keys
from crm.names.matching.organization_words import han_words, joining_words


@pytest.mark.parametrize(
    ("a", "b", "is_likely"),
    [
        # A short company name in a longer name is no company.
        ("金光集团", "Sinar Mas Group", True),
        ("金光明电子", "Sinar Mas Electronics", False),
        ("金光明电子", "Jinguangming Electronics", True),
        # Numbers of bureaus.
        ("中国建筑第三工程局有限公司", "中建三局", True),
        ("中国建筑第三工程局有限公司", "中建四局", False),
        ("中国水利水电第八工程局", "Sinohydro Bureau 8", True),
        ("中国水利水电第十一工程局", "Sinohydro Bureau 8", False),
        ("中国建筑设计研究院", "中建设计研究院", False),
        # Offices of other countries, and companies whose names begin like others.
        ("苏州市贸促会", "中国国际贸易促进委员会苏州市分会", True),
        ("苏州市贸促会", "中国贸促会", False),
        ("美国进出口银行", "中国进出口银行", False),
        ("上海国际港务集团", "Shanghai International Port Group (SIPG)", True),
        ("上海国际港务集团", "PSA International", False),
        ("中国太平洋保险", "China Pacific Insurance", True),
        ("强生", "Johnson & Johnson", True),
        ("强生", "Johnson Controls", False),
        # Abbreviations of some of the words.
        ("Riverside County EDA", "Riverside County Economic Development Agency", True),
        ("Riverside County EDA", "Fresno County Economic Development Agency", False),
        ("HKTDC", "Hong Kong Trade Development Council", True),
        ("HKPC", "Hong Kong Trade Development Council", False),
        ("UC Riverside", "University of California, Riverside", True),
        ("CA Growers", "California Almond Growers", False),
        ("AmCham Shanghai", "American Chamber of Commerce in Shanghai", True),
        ("AmCham Shanghai", "American Chamber of Commerce in South China", False),
        # Names in both scripts, and additions in parentheses.
        ("金杜律师事务所 King & Wood Mallesons", "King & Wood Mallesons", True),
        ("HMN Technologies (formerly Huawei Marine Networks)", "Huawei Marine Networks", True),
        ("苏州天元机械（原苏州第二机床厂）", "苏州第二机床厂", True),
        ("Shanghai Zhenhua Heavy Industries (ZPMC)", "上海振华重工", True),
        ("Acme (USA)", "Acme (PRC)", False),
        ("Siemens (CHINA) Ltd", "Siemens (INDIA) Ltd", False),
        ("DELTA (NINGBO) CO LTD", "DELTA (SUZHOU) CO LTD", False),
        ("(ABC)", "(XYZ)", False),
        # A legal form before a place.
        ("State Grid Corporation of China", "国家电网公司", True),
        ("Siemens Ltd., China", "西门子（中国）有限公司", True),
        ("Tenaga Nasional Berhad", "Tenaga Nasional Bhd", True),
        # Places that look alike, and countries in another order.
        ("Hunan Zhongxin Machinery Co", "Henan Zhongxin Machinery Co., Ltd.", False),
        ("Embassy of China in Kazakhstan", "中国驻哈萨克斯坦大使馆", True),
        ("Embassy of China in Kazakhstan", "Embassy of Kazakhstan in China", False),
        ("佛山市顺德区明辉家具制造有限公司", "Foshan Shunde Minghui Furniture Mfg Co Ltd", True),
        ("TCL集团", "TCL Corporation", True),
    ],
)
def test_rule_for_organizations(a, b, is_likely):
    assert match_organizations(a, b).is_likely == is_likely
    assert match_organizations(b, a).is_likely == is_likely


@pytest.mark.parametrize(
    ("a", "b", "is_likely"),
    [
        ("Michael Chen (Chen Zhiqiang)", "陈志强", True),
        ("Michael Chen (Chen Zhiqiang)", "Michael Chen (Chen Zhigang)", False),
        ("Michael Chen (Chen Zhiqiang)", "Chen Zhiqiang (Michael Chen)", True),
        ("王建国总经理", "Wang Jianguo", True),
        ("王经理", "王建国", False),
        ("Nguyễn Văn Hùng", "Nguyen Van Hung", True),
        ("Nguyễn Văn Hùng", "Nguyễn Văn Hưng", False),
        ("Trần Thị Lan", "Trần Thị Loan", False),
        ("Nguyễn Thị Thúy", "Nguyễn Thị Thuý", True),
        ("Dr. Trần Thị Lan", "Ms. Trần Thị Lan", True),
        ("Nguyễn Văn A.", "Nguyễn Văn Anh", True),
        ("Traian Băsescu", "Traian Băsesscu", True),
        ("Budi Santoso", "Boedi Santoso", True),
        ("罗伯特·史密斯", "Robert Smith", True),
        ("约翰·安德森", "John Anderson", True),
        ("约翰·安德森", "Joan Henderson", False),
        ("保罗·史密斯", "Bill Smith", False),
        ("Michael Ivanov", "Mikhail Ivanov", True),
        ("Gregory Petrov", "Grigory Petrov", True),
        ("Катя Кузнецова", "Yekaterina Kuznetsova", True),
        ("عبدالرحمن السيد", "Abdul Rahman Al-Sayed", True),
    ],
)
def test_rule_for_people(a, b, is_likely):
    assert match_people(a, b).is_likely == is_likely
    assert match_people(b, a).is_likely == is_likely


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("周大福珠寶", "Chow Tai Fook Jewellery"),
        ("永隆銀行", "Wing Lung Bank"),
        ("台中興隆機械廠", "Hsing Lung Machinery Works, Taichung"),
        ("长滩港", "Port of Long Beach"),
        ("顺丰速运", "SF Express"),
        ("佛山市顺德区明辉家具制造有限公司", "Foshan Shunde Minghui Furniture Mfg Co Ltd"),
    ],
)
def test_organizations_in_two_scripts_share_a_key(a, b):
    assert set(organization_keys(a)) & set(organization_keys(b))


@pytest.mark.parametrize(
    ("a", "b"), [("罗俊杰", "Law Chun-kit"), ("周润发", "Chow Yun-fat"), ("罗伯特·史密斯", "Robert Smith")]
)
def test_people_in_two_scripts_share_a_key(a, b):
    assert set(person_keys(a)) & set(person_keys(b))


def test_every_form_of_a_known_word_can_be_compared():
    for word in han_words().values():
        for form in word.english:
            for text in (form[0], " ".join(form), f"{form[-1]} {form[0]}"):
                assert match_organizations(word.text, text).score <= 1, (word.text, text)


def test_each_of_many_names_has_keys():
    names = ("Golden West Nut Growers Cooperative Inc. (formerly Central Valley Walnut Growers)", "金西坚果", "GWN")
    keys = set(organization_keys(*names))
    assert all(keys & set(organization_keys(name)) for name in names)


def test_english_forms_of_chinese_words_have_no_words_that_names_leave_out():
    wrong = [word.text for word in han_words().values() for form in word.english if joining_words().intersection(form)]
    assert wrong == []
    assert all(form for word in han_words().values() for form in word.english)


@pytest.mark.parametrize(
    ("a", "b", "is_likely"),
    [
        ("Zhejiang University", "Zhejiang University of Technology", False),
        ("Shanghai Normal University", "Shanghai University", False),
        ("Zhejiang University", "Zhejiang University, Hangzhou", True),
        ("University of Texas", "University of Texas at Austin", True),
        ("Hangzhou Xinghai Trading", "Hangzhou Xinhai Trading", False),
        ("Shenzen Huayi Electronics", "Shenzhen Huayi Electronics", True),
        ("Dongguan City Jinlong Hardware Co.", "东莞市金龙五金有限公司", True),
        ("Guangdong Province Xinhui Foods", "Guangdong Xinhui Foods", True),
        ("上海市贸促会", "中国国际贸易促进委员会上海市委员会", True),
        ("CCPIT Zhejiang", "中国国际贸易促进委员会浙江省委员会", True),
        ("CCPIT Jiangsu", "中国国际贸易促进委员会浙江省委员会", False),
        ("CATL", "Contemporary Amperex Technology Co., Limited", True),
        ("CATL", "Contemporary Amperex Technology Corporation", False),
    ],
)
def test_what_distinguishes_organizations_of_one_city(a, b, is_likely):
    assert match_organizations(a, b).is_likely == is_likely
    assert match_organizations(b, a).is_likely == is_likely


def test_family_names_of_two_romanizations_are_spellings_and_no_typos():
    reasons = [str(reason) for reason in match_people("David Cheung", "David Zhang").reasons]
    assert reasons == ["“Cheung” and “Zhang” can be spellings of the same Chinese name."]


@pytest.mark.parametrize(
    ("a", "b", "is_same"),
    [
        ("Mexico City Import", "Mexico Import", False),
        ("Michigan City Foods", "Michigan Foods", False),
        ("Dongguan City Jinlong Hardware", "Dongguan Jinlong Hardware", True),
        ("Shaanxi Province Foods", "Shaanxi Foods", True),
    ],
)
def test_city_after_a_place_is_no_word_only_in_china(a, b, is_same):
    assert (match_organizations(a, b).score == 1) == is_same
    assert (match_organizations(b, a).score == 1) == is_same
