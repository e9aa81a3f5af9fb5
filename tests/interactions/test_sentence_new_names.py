"""Names after "new"."""

import pytest

from crm.interactions.sentence import ChipKind
from tests.interactions.sentences import read_text

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("met Zhou Limin and new Tang Bo 唐波 20m", ["Zhou Limin", "Tang Bo 唐波"]),
        ("met a new contact Tang Bo 唐波 20m", ["Tang Bo 唐波"]),
        ("call with new client 唐波 (Tang Bo) 20m", ["Tang Bo 唐波"]),
        ("met Tang Bo 唐波 20m", ["Tang Bo 唐波"]),
        ("met New Hope 新希望 20m", ["New Hope 新希望"]),
        ("met the new manager 20m", []),
        ("met new people 20m", []),
        ("met Zhou Limin about new pumps 20m", ["Zhou Limin"]),
        ("met Zhou Limin, new order", ["Zhou Limin"]),
        ("met Zhou Limin and newcomers 20m", ["Zhou Limin", "newcomers"]),
    ],
)
def test_new_before_a_name_in_both_scripts_is_no_part_of_it(text, names):
    draft = read_text(text)
    people = [chip.label for chip in draft.of(ChipKind.person)]
    assert people == names


def test_organization_of_a_new_person_is_read():
    draft = read_text("met Zhou Limin and new Tang Bo 唐波 of Qingdao Haiyun Trading, 40m")
    assert [chip.label for chip in draft.of(ChipKind.organization)] == ["Qingdao Haiyun Trading"]
    assert draft.notes == ""
