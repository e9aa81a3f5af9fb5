"""How to address a Chinese person: family name and title, 周总 or 王主任."""

import re
from functools import lru_cache

from crm.names.folding import simplify_char
from crm.names.surnames import is_family

# Title at the end of the text on the business card -> spoken title; the longest match counts. The 副 of deputies is not
# spoken, and the titles of chiefs are shortened to one character.
_SPOKEN = {
    "总经理": "总",
    "总裁": "总",
    "总监": "总",
    "首席执行官": "总",
    "首席运营官": "总",
    "首席技术官": "总",
    "首席财务官": "总",
    "老总": "总",
    "总": "总",
    "董事长": "董",
    "董事会主席": "董",
    "总工程师": "总工",
    "总工": "总工",
    "工程师": "工",
    "高工": "工",
    "技术员": "工",
}
_AS_WRITTEN = {
    "经理",
    "主任",
    "局长",
    "处长",
    "科长",
    "部长",
    "司长",
    "市长",
    "省长",
    "区长",
    "县长",
    "州长",
    "镇长",
    "厅长",
    "署长",
    "书记",
    "秘书长",
    "会长",
    "理事长",
    "院长",
    "校长",
    "所长",
    "厂长",
    "站长",
    "行长",
    "店长",
    "组长",
    "队长",
    "馆长",
    "台长",
    "社长",
    "主席",
    "主管",
    "教授",
    "研究员",
    "博士",
    "医生",
    "律师",
    "老师",
    "会计师",
    "设计师",
    "领事",
    "总领事",
    "参赞",
    "大使",
    "公使",
    "专员",
    "代表",
    "顾问",
    "秘书",
    "助理",
    "老板",
    "董事",
    "理事",
    "委员",
    "将军",
    "经纪人",
    "翻译",
    "记者",
    "编辑",
    "讲师",
    "院士",
}
_SUFFIXES = sorted(_AS_WRITTEN.union(_SPOKEN), key=lambda title: (-len(title), title))
_ADDRESSES = sorted(
    _AS_WRITTEN.union(_SPOKEN, _SPOKEN.values(), ("先生", "女士", "小姐")), key=lambda title: (-len(title), title)
)
_COURTESY = re.compile(r"((mr|mrs|ms|miss|mx|dr|prof|professor|sra?|herr|frau|mme)\b\.? ?(?=\S))+", re.IGNORECASE)
_FIRST_OF_SEVERAL = re.compile(r"[兼及、,，/;；|\s]+")


def propose_address(family_native: str | None, title_native: str | None) -> str | None:
    """Return a proposal for how to address a person, in the script of the title; None for an unknown title.

    周 + 副总经理 -> 周总; 王 + 办公室副主任 -> 王主任; 林 + 總經理 -> 林總.
    """
    family = (family_native or "").strip()
    spoken = _find_spoken_title((title_native or "").strip())
    return family + spoken if family and spoken else None


def family_of_address(text: str) -> str:
    """Return the family name in a form of address (周经理, 王总, 欧阳老师), as it was typed; "" if it isn't one."""
    text = text.strip()
    plain = "".join(map(simplify_char, text))
    for title in _ADDRESSES:
        family = plain.removesuffix(title)
        if family != plain:
            return text[: len(family)] if "一" <= family[:1] <= "鿿" and is_family(family) else ""
    return ""


def strip_courtesy_title(text: str) -> str:
    """Return a Latin name without the courtesy titles before it (Mr. Wang, Dr Åström); "" if it has none."""
    match = _COURTESY.match(text.strip())
    return text.strip()[match.end() :] if match else ""


# Cached because many records have the same title.
@lru_cache(maxsize=1024)
def _find_spoken_title(titles: str) -> str:
    title = next((part for part in _FIRST_OF_SEVERAL.split(titles) if part), "")
    plain = "".join(map(simplify_char, title))
    for suffix in _SUFFIXES:
        if plain.endswith(suffix):
            return _in_script_of(title, plain, suffix)
    return ""


def _in_script_of(title: str, plain: str, suffix: str) -> str:
    start = len(plain) - len(suffix)
    spoken = _SPOKEN.get(suffix, suffix)
    # Simplifying keeps the positions of characters, so the original characters can be taken from the title.
    return "".join(title[plain.index(char, start)] if char in suffix else char for char in spoken)
