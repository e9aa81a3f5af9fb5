"""Keys of organizations, USCC problems, and similar names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.names import organization_key, uscc_problem


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Huadong Water Group Co., Ltd.", "huadong water"),
        ("HUADONG WATER", "huadong water"),
        ("华东水务（集团）股份有限公司", "华东水务"),
        ("華東水務集團有限責任公司", "华东水务"),
        ("ACME, Inc.", "acme"),
        ("Acme L.L.C.", "acme"),
        ("The Delta Orchards Company", "delta orchards"),
        ("BASF S.A.", "basf"),
        ("Sinochem Co., Ltd. Ningbo Branch", "sinochem ningbo branch"),
        ("有限公司", "有限公司"),
        ("Ltd", "ltd"),
        ("Tri-Valley Sensors LLC", "tri valley sensors"),
        ("Bay & Sons Corporation", "bay sons"),
        ("", ""),
        ("Bay and Sons Corp", "bay sons"),
        ("ZTE 中兴通讯股份有限公司", "zte 中兴通讯"),
    ],
)
def test_organization_key_omits_the_legal_form(name, key):
    assert organization_key(name) == key


ANYWHERE = ["Co", "Ltd", "Inc", "LLC", "Corp", "Incorporated", "Corporation", "Limited", "GmbH", "Pte"]
AT_THE_END = [
    "Company",
    "Group",
    "LP",
    "LLP",
    "PLC",
    "Pty",
    "Pvt",
    "AG",
    "AB",
    "AS",
    "BV",
    "NV",
    "OY",
    "KG",
    "KK",
    "OHG",
    "SA",
    "SAS",
    "SARL",
    "SRL",
    "SpA",
    "SL",
    "JSC",
    "OOO",
    "Sdn",
    "Bhd",
]
HAN = [
    "股份有限公司",
    "有限责任公司",
    "责任有限公司",
    "有限公司",
    "股份公司",
    "总公司",
    "公司",
    "集团",
    "集团有限公司",
    "集团股份",
]


@pytest.mark.parametrize("form", ANYWHERE + AT_THE_END)
def test_organization_key_omits_a_legal_form_at_the_end(form):
    for written in (form, form.upper(), form.lower(), f"{form}.", f", {form}", ".".join(form) + "."):
        assert organization_key(f"Delta Orchards {written}") == "delta orchards"


@pytest.mark.parametrize("form", ANYWHERE)
def test_organization_key_keeps_a_legal_form_at_the_beginning(form):
    assert organization_key(f"Delta {form} Orchards") == "delta orchards"
    assert organization_key(f"{form} Orchards") == f"{form.lower()} orchards"


@pytest.mark.parametrize("form", AT_THE_END)
def test_legal_form_that_may_be_a_word_is_kept_inside_a_name(form):
    assert organization_key(f"Delta {form} Orchards") == f"delta {form.lower()} orchards"
    assert organization_key(form) == form.lower() == organization_key(f"{form} {form}")


@pytest.mark.parametrize("form", HAN)
def test_organization_key_omits_a_chinese_legal_form_at_the_end(form):
    assert organization_key(f"华东水务{form}") == "华东水务"
    assert organization_key(f"ZTE 中兴通讯{form}") == "zte 中兴通讯"
    assert organization_key(form)


def test_word_for_company_inside_a_chinese_name_is_kept():
    assert organization_key("公司宝科技有限公司") == "公司宝科技"
    assert organization_key("股份在线有限公司") == "股份在线"


@given(
    st.lists(st.sampled_from(["delta", "orchards", "water", "north"]), min_size=1, max_size=3),
    st.lists(st.sampled_from(ANYWHERE + AT_THE_END), max_size=3),
)
def test_organization_key_is_stable(words, forms):
    name = " ".join([*words, *forms])
    assert (
        organization_key(name)
        == " ".join(words)
        == organization_key(organization_key(name))
        == organization_key(f"The {name.upper()},")
    )


@given(st.text(max_size=60))
def test_organization_key_of_any_text_is_folded_words(name):
    key = organization_key(name)

    assert key == key.strip() == " ".join(key.split(" "))
    assert key == key.lower() or any(not c.isascii() for c in key)


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("91440300708461136T", None),
        ("914403001922038216", None),
        ("91110000600037341L", None),
        (" 9144 0300-7084 61136t", None),
        ("91350211M0000XUF46", "check_digit"),
        ("91350100M0001TGQXM", "check_digit"),
        ("91350628M0000K0H44", "check_digit"),
        ("914403007084611360", "check_digit"),
        ("9144030070846113OT", "character"),
        ("9144", "length"),
        ("", "length"),
    ],
)
def test_uscc_problem_names_what_is_wrong(code, problem):
    assert uscc_problem(code) == problem
