"""Signatures of emails."""

from __future__ import annotations

import pytest

from crm.interactions.signature import Signature, read_signature, suggest_latin_name

ENGLISH = """Dear Anna,

three of four passed. Call me at 10:00 tomorrow.

Best regards,
Zhou Limin 周立民
Export Manager
Ningbo Lotus Pumps Co., Ltd.
Tel: +86 574 8765 4321 | Fax: +86 574 8765 4322
WeChat: zhoulimin_lotus
zhou@lotus.example
"""
CHINESE = """安娜：
样品已到。

祝好
周立民
销售总监 | 宁波莲花泵业有限公司
手机：138 0013 8000 微信号：lotus-zhou
地址：宁波市江北区1号
"""
ROW = "Wang Lei | Sales Director | Huadong Water | +86 138 0000 0000 | wang@huadong.example"


@pytest.mark.parametrize(
    ("body", "sender", "signature"),
    [
        (
            ENGLISH,
            "Zhou Limin",
            Signature(
                "Zhou Limin", "Export Manager", "Ningbo Lotus Pumps Co., Ltd.", "+86 574 8765 4321", "zhoulimin_lotus"
            ),
        ),
        (CHINESE, "周立民", Signature("", "销售总监", "宁波莲花泵业有限公司", "138 0013 8000", "lotus-zhou")),
        (
            "Hi,\nthe price is fine.\n\nTom Okafor\nDirector of Sales, ClearAir Inc.\n(951) 555-0134",
            "Tom Okafor",
            Signature("", "Director of Sales", "ClearAir Inc.", "(951) 555-0134", ""),
        ),
        (
            f"Hello,\nthe price is fine.\n\n{ROW}",
            "Wang Lei",
            Signature("", "Sales Director", "Huadong Water", "+86 138 0000 0000", ""),
        ),
        (
            f"Thanks,\n{ROW} | WeChat: wanglei88 | www.huadong.example | No. 8 Century Avenue, Pudong, Shanghai 200120",
            "Lei Wang",
            Signature("", "Sales Director", "Huadong Water", "+86 138 0000 0000", "wanglei88"),
        ),
        (
            "你好：\n见附件。\n王磊 Wang Lei｜销售部｜销售总监｜华东水务｜手机：138 0013 8000｜wang@huadong.example",
            "王磊",
            Signature("Wang Lei", "销售总监", "华东水务", "138 0013 8000", ""),
        ),
        (
            "Hi,\nsee below.\nWang Lei • Export Department • +86 138 0000 0000",
            "Wang Lei",
            Signature("", "", "", "+86 138 0000 0000", ""),
        ),
        (
            "Hi,\nWang Lei | Sales Director | Zqlongbridge Co., Ltd. | Pudong",
            "Wang Lei",
            Signature("", "Sales Director", "Zqlongbridge Co., Ltd.", "", ""),
        ),
        (
            "Thanks,\nAmy Lopez\nInformation Technology\nValley Citrus Inc.",
            "Amy Lopez",
            Signature("", "", "Valley Citrus Inc."),
        ),
        (
            "Thanks,\nAmy Lopez\nDirector of Information Technology\nValley Citrus Inc.",
            "Amy Lopez",
            Signature("", "Director of Information Technology", "Valley Citrus Inc."),
        ),
        (
            "Thanks,\nAmy Lopez\nBureau of Information Technology",
            "Amy Lopez",
            Signature("", "", "Bureau of Information Technology"),
        ),
        (
            "Hi,\nWang Lei | Information Technology | Huadong Water | Sales Director",
            "Wang Lei",
            Signature("", "Sales Director", "Huadong Water"),
        ),
        ("Prices:\nPump | 3 | 100 USD\nWang Lei asks for them", "Wang Lei", Signature()),
        ("Hello,\nTom Okafor | Director | ClearAir", "Wang Lei", Signature()),
        ("We met the manager of Lotus Group.\nTel: +86 574 8765 4321", "Zhou Limin", Signature()),
        ("", "Zhou", Signature()),
        ("Zhou", "", Signature()),
    ],
)
def test_signature_is_read(body, sender, signature):
    assert read_signature(body, sender) == signature


@pytest.mark.parametrize(
    ("name", "latin"),
    [("周立民", "Zhou Limin"), ("欧阳文", "Ouyang Wen"), ("Zhou Limin", ""), ("", ""), ("Zhou 周", "")],
)
def test_chinese_name_has_a_pinyin_spelling(name, latin):
    assert suggest_latin_name(name) == latin


def test_title_follows_the_chinese_organization_on_its_line():
    body = "附上圖面。\n\n林婉如\n基隆海洋感測股份有限公司 業務經理\nKeelung Marine Sensors Co., Ltd."
    signature = read_signature(body, "林婉如")
    assert (signature.title, signature.organization) == ("業務經理", "Keelung Marine Sensors Co., Ltd.")
