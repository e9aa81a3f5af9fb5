"""Family names of two characters, and those with a reading different from common words."""

from crm.names.folding import simplify_char

# Simplified form -> readings as a family name, the most common first. Dictionaries list another reading first.
READINGS: dict[str, tuple[str, ...]] = {
    "单": ("shan",),
    "曾": ("zeng",),
    "解": ("xie",),
    "查": ("zha",),
    "仇": ("qiu",),
    "朴": ("piao",),
    "区": ("ou",),
    "任": ("ren",),
    "盖": ("ge", "gai"),
    "华": ("hua",),
    "召": ("shao",),
    "缪": ("miao",),
    "宓": ("mi",),
    "员": ("yun",),
    "冼": ("xian",),
    "洗": ("xian",),
    "繁": ("po",),
    "覃": ("qin", "tan"),
    "秘": ("bi",),
    "乐": ("yue", "le"),
    "折": ("she",),
    "种": ("chong",),
    "重": ("chong",),
    "纪": ("ji",),
    "那": ("na",),
    "晟": ("cheng",),
    "翟": ("zhai",),
    "牟": ("mou", "mu"),
    "盛": ("sheng",),
    "车": ("che",),
    "逄": ("pang",),
    "谌": ("chen", "shen"),
    "隗": ("wei", "kui"),
    "郇": ("xun", "huan"),
    "郗": ("xi", "chi"),
    "哈": ("ha",),
    "黑": ("he",),
    "曲": ("qu",),
    "卜": ("bu",),
    "贾": ("jia",),
    "石": ("shi",),
    "柏": ("bai",),
    "祭": ("zhai",),
    "尉": ("wei",),
    "句": ("gou",),
    "应": ("ying",),
    "宁": ("ning",),
    "沈": ("shen",),
    "瞿": ("qu",),
    "幺": ("yao",),
    "么": ("yao",),
    "薄": ("bo",),
    "燕": ("yan",),
    "俞": ("yu",),
    "殷": ("yin",),
    "万": ("wan",),
    "干": ("gan",),
    "适": ("kuo", "shi"),
    "都": ("du",),
    "撒": ("sa",),
    "褚": ("chu",),
    "臧": ("zang",),
    "葛": ("ge",),
    "叶": ("ye",),
    "吕": ("lü",),
    "祝": ("zhu",),
    "过": ("guo",),
    "莘": ("shen", "xin"),
    "佴": ("nai",),
    "訾": ("zi",),
    "阚": ("kan",),
    "戚": ("qi",),
    "费": ("fei", "bi"),
    "藏": ("zang",),
    "占": ("zhan",),
}

COMPOUND: dict[str, tuple[str, str]] = {
    name: (first, second)
    for name, first, second in (
        line.split()
        for line in """
        欧阳 ou yang|司马 si ma|上官 shang guan|诸葛 zhu ge|夏侯 xia hou|东方 dong fang|慕容 mu rong|公孙 gong sun
        令狐 ling hu|宇文 yu wen|轩辕 xuan yuan|端木 duan mu|百里 bai li|呼延 hu yan|南宫 nan gong|独孤 du gu
        拓跋 tuo ba|申屠 shen tu|太史 tai shi|闻人 wen ren|濮阳 pu yang|淳于 chun yu|公冶 gong ye|宗政 zong zheng
        钟离 zhong li|赫连 he lian|闾丘 lü qiu|司徒 si tu|司空 si kong|亓官 qi guan|漆雕 qi diao|乐正 yue zheng
        公羊 gong yang|谷梁 gu liang|西门 xi men|第五 di wu|南门 nan men|东郭 dong guo|尉迟 yu chi|万俟 mo qi
        澹台 tan tai|单于 chan yu|鲜于 xian yu|宰父 zai fu|皇甫 huang fu|长孙 zhang sun|司寇 si kou|左丘 zuo qiu
        梁丘 liang qiu|东门 dong men|羊舌 yang she|微生 wei sheng|公西 gong xi|巫马 wu ma|纳兰 na lan|完颜 wan yan
        """.replace("\n", "|").split("|")
        if line.strip()
    )
}

# Characters of given names with several readings; a person is found by any of them.
GIVEN: dict[str, tuple[str, ...]] = {
    "乐": ("le", "yue"),
    "长": ("chang", "zhang"),
    "朝": ("chao", "zhao"),
    "茜": ("qian", "xi"),
    "晟": ("sheng", "cheng"),
    "行": ("xing", "hang"),
    "重": ("zhong", "chong"),
    "盛": ("sheng", "cheng"),
    "传": ("chuan", "zhuan"),
    "单": ("dan", "shan"),
    "曾": ("zeng", "ceng"),
    "阿": ("a", "e"),
    "参": ("can", "shen"),
    "莘": ("xin", "shen"),
    "楷": ("kai", "jie"),
    "栎": ("li", "yue"),
}


def is_family(native: str) -> bool:
    """Whether characters can be a Chinese family name: one character or a known compound."""
    return len(native) == 1 or "".join(map(simplify_char, native)) in COMPOUND


def split_family(native: str) -> tuple[str, str]:
    """Split a Chinese name into family and given name; a proposal, to be confirmed by the user."""
    head = "".join(map(simplify_char, native[:2]))
    cut = 2 if head in COMPOUND and len(native) > 2 else 1
    return native[:cut], native[cut:]
