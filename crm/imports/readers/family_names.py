"""Family names in characters: whether a field for one contains a whole Chinese name instead."""

from __future__ import annotations

import re

from crm.names.folding import simplify_char
from crm.names.surnames import COMPOUND, READINGS

# The most common Chinese family names of one character, simplified.
_COMMON = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟"
    "殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤"
)
_JAPANESE = frozenset(
    name
    for line in """
        佐々木 長谷川 五十嵐 大久保 小野寺 久保田 長谷部 宇都宮 佐久間 小笠原 日下部 海老原 海老名 大河原
        大和田 小田島 小田切 波多野 阿久津 曽我部 加賀谷 加賀美 竹之内 竹ノ内 伊集院 御手洗 二階堂 三田村
        高見沢 高見澤 金田一 方波見 江戸川 馬場園 安孫子 龍造寺 田部井 田名部 田野倉 田名網 田久保 田之上
        池之上 和久井 古屋敷 谷田部 谷田貝 喜多村 喜屋武 左右田 牧之内 東海林 万城目 唐木田 曽根原 曽根田
        高千穂 野々村 野々山 久保寺 長谷田 小早川 西大路 大河内 小山田 大川原
    """.splitlines()
    for name in line.split()
)
"""Usual Japanese family names of three characters; some begin with a character that is also a Chinese family name."""
_MAX_CHARS = 2
_KANA = re.compile(r"[\u3040-\u30ff々]")


def split_japanese(name: str) -> tuple[str, str] | None:
    """Split off a usual Japanese family name of three characters; None if the name doesn't begin with one."""
    return (name[:3], name[3:]) if name[:3] in _JAPANESE else None


def is_whole_name(text: str) -> bool:
    """Return whether the text of a field for the family name is surely a whole Chinese name.

    A Chinese family name has one or two characters, and codes in China have the whole name in its field. Other long
    texts, such as 長谷川, are family names.
    """
    if _KANA.search(text) or split_japanese(text):
        return False
    simplified = "".join(map(simplify_char, text))
    is_known = simplified[:2] in COMPOUND or simplified[:1] in _COMMON or simplified[:1] in READINGS
    return is_known and len(text) > _MAX_CHARS
