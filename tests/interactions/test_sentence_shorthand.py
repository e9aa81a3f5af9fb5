"""Shorthand of phones and dictation, and sentences that look like it but mean something else."""

import pytest

from crm.interactions.sentence import ChipKind
from tests.interactions.readings import DemoNames
from tests.interactions.sentences import LA, SHANGHAI, read_text

pytestmark = pytest.mark.one_engine
NAMES = DemoNames()


def read_demo(text):
    return read_text(text, zone=LA if text[0].isascii() else SHANGHAI, lookup=NAMES)


def read_summary(text):
    """Return state, type, and whether they were reached, "-" for none."""
    draft = read_demo(text)
    kind = draft.first(ChipKind.kind)
    return f"{draft.state.name} {kind.value if kind else '-'} {draft.reached.value if draft.reached else '-'}"


def list_people(text):
    return [chip.label if chip.sure else f"{chip.label}?" for chip in read_demo(text).of(ChipKind.person)]


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("跟Tom聊了10分钟", ["Tom?"]),
        ("拜访ClearAir Sensors公司30分钟", []),
        ("介绍Priya Nair给钱文认识", ["Priya Nair"]),
        ("和Lu Min卢敏开会10分钟", ["Lu Min"]),
        ("Chan Ka-wai陈嘉慧 called 10m", ["Chan Ka-wai"]),
        ("met Gao Lei高磊和卢敏 30m", ["Gao Lei 高磊?", "Lu Min"]),
        ("TCL集团来电", []),
    ],
)
def test_latin_name_ends_at_chinese_words(text, people):
    assert list_people(text) == people
