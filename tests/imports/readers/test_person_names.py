"""Names of people: sorted by script, split from one cell as a proposal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crm.imports.readers.person_names import ParsedName, normalize_names, strip_additions


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        ("周立民", ParsedName("周", "立民", full_name="周立民")),
        ("欧阳明月", ParsedName("欧阳", "明月", full_name="欧阳明月")),
        ("周立民 Zhou Limin", ParsedName("周", "立民", "Zhou", "Limin", full_name="周立民 Zhou Limin")),
        ("欧阳", ParsedName("欧阳")),
        ("歐陽", ParsedName("歐陽")),
        ("周", ParsedName("周")),
        ("父亲", ParsedName("父亲")),
        ("欧阳先生", ParsedName("欧阳", honorific="先生")),
        ("周立民先生", ParsedName("周", "立民", full_name="周立民", honorific="先生")),
        ("张 三", ParsedName("张", "三", full_name="张 三")),
        ("阿卜杜拉·买买提", ParsedName("", "阿卜杜拉·买买提", full_name="阿卜杜拉·买买提")),
    ],
)
def test_whole_name_in_the_field_of_the_family_name_is_split(family, expected):
    assert normalize_names(ParsedName(family_native=family)) == expected
    assert normalize_names(ParsedName(family_latin=family)) == expected


@pytest.mark.parametrize("family", ["佐々木", "長谷川", "五十嵐", "小笠原", "金田一", "竹ノ内", "勅使河原", "山田太郎"])
def test_japanese_family_name_stays_whole(family):
    assert normalize_names(ParsedName(family_native=family)) == ParsedName(family)
    assert normalize_names(ParsedName(family_native=family, full_name=family)).family_native == family


def test_japanese_name_in_one_cell_is_split_after_a_usual_family_name():
    for full, given_name in (("佐々木", ""), ("佐々木太郎", "太郎"), ("長谷川誠", "誠")):
        assert normalize_names(ParsedName(full_name=full)) == ParsedName(full[:3], given_name, full_name=full)


@pytest.mark.parametrize(
    ("full", "latin", "expected"),
    [
        ("周立民", "Zhou Limin", ParsedName("周", "立民", "Zhou", "Limin")),
        ("欧阳娜娜", "", ParsedName("欧阳", "娜娜")),
        ("歐陽娜娜", "", ParsedName("歐陽", "娜娜")),
        ("张  三", "", ParsedName("张", "三")),
        ("张伟先生", "", ParsedName("张", "伟", honorific="先生")),
        ("David Zhang 张伟", "", ParsedName("张", "伟", "Zhang", "David")),
        ("王小明 (Michael)", "", ParsedName("王", "小明", english_name="Michael")),
        ("周立民/Zhou Limin", "", ParsedName("周", "立民", "Zhou", "Limin")),
        ("陈方安生", "", ParsedName("陈方", "安生")),
        ("阿卜杜拉·买买提", "", ParsedName("", "阿卜杜拉·买买提")),
        ("Mary Ann Smith", "", ParsedName("", "", "Smith", "Mary Ann")),
        ("ZHANG Wei", "", ParsedName("", "", "ZHANG", "Wei")),
        ("Zhang, Wei", "", ParsedName("", "", "Zhang", "Wei")),
        ("Zhou Limin", "", ParsedName("", "", "Zhou", "Limin")),
        ("Limin Zhou", "", ParsedName("", "", "Zhou", "Limin")),
        ("Szeto Wah", "", ParsedName("", "", "Szeto", "Wah")),
        ("Madonna", "", ParsedName("", "", "", "Madonna")),
    ],
)
def test_normalize_names_proposes_the_split_of_one_cell(full, latin, expected):
    normalized = normalize_names(ParsedName(full_name=full), full_latin=latin)

    assert normalized == ParsedName(
        expected.family_native,
        expected.given_native,
        expected.family_latin,
        expected.given_latin,
        expected.english_name,
        full,
        expected.honorific,
    )


@pytest.mark.parametrize(
    ("full", "expected"),
    [
        ("Mr. John Smith Jr.", ParsedName("", "", "Smith Jr.", "John", "", "John Smith", "Mr.")),
        ("Prof. Dr. Hans Maier", ParsedName("", "", "Maier", "Hans", "", "Hans Maier", "Prof. Dr.")),
        ("Ann Lee, CPA, M.B.A.", ParsedName("", "", "Lee", "Ann", "", "Ann Lee", "", "CPA, M.B.A.")),
        ("John Smith III", ParsedName("", "", "Smith III", "John", "", "John Smith")),
        ("Ms Wang Xiaoming", ParsedName("", "", "Wang", "Xiaoming", "", "Wang Xiaoming", "Ms")),
        ("mr li", ParsedName("", "", "li", "", "", "li", "mr")),
        ("Dr. 李伟", ParsedName("李", "伟", "", "", "", "李伟", "Dr.")),
        ("李伟 PhD", ParsedName("李", "伟", "", "", "", "李伟", "", "PhD")),
        ("GARCÍA LÓPEZ María", ParsedName("", "", "GARCÍA LÓPEZ", "María", "", "GARCÍA LÓPEZ María")),
        ("Smith Jr., John", ParsedName("", "", "Smith Jr.", "John", "", "Smith Jr., John")),
        ("Md Rahman", ParsedName("", "", "Rahman", "Md", "", "Md Rahman")),
        ("王小明 总经理", ParsedName("王", "小明", "", "", "", "王小明 总经理", "王总", "", "总经理")),
        ("李 明 博士", ParsedName("李", "明", "", "", "", "李 明 博士", "李博士")),
        ("欧阳 主任", ParsedName("欧阳", "", "", "", "", "欧阳 主任", "主任")),
        ("林总", ParsedName("林", "", "", "", "", "林总", "总")),
        ("李经理 David", ParsedName("李", "", "", "", "David", "李经理 David", "经理")),
        ("陳老師", ParsedName("陳", "", "", "", "", "陳老師", "老師")),
        ("王总明", ParsedName("王", "总明", "", "", "", "王总明")),
        ("张 三", ParsedName("张", "三", "", "", "", "张 三")),
        (
            "王小明 Dr. Xiaoming Wang",
            ParsedName("王", "小明", "Wang", "Xiaoming", "", "王小明 Dr. Xiaoming Wang", "Dr."),
        ),
        (
            "Wang Xiaoming PhD 王小明",
            ParsedName("王", "小明", "Wang", "Xiaoming", "", "Wang Xiaoming PhD 王小明", "", "PhD"),
        ),
        ("王小明 Dr. Wang", ParsedName("王", "小明", "Wang", "", "", "王小明 Dr. Wang", "Dr.")),
        ("李伟 John Lee Jr., MD", ParsedName("李", "伟", "Lee Jr.", "John", "", "李伟 John Lee", "", "MD")),
        ("John Lee III 李伟", ParsedName("李", "伟", "Lee III", "John", "", "John Lee III 李伟")),
        ("Smith, Dr. John", ParsedName("", "", "Smith", "John", "", "Smith, Dr. John", "Dr.")),
        ("Smith, John, Mr.", ParsedName("", "", "Smith", "John", "", "Smith, John", "Mr.")),
        ("Kim, Dr.", ParsedName("", "", "Kim", "", "", "Kim", "Dr.")),
        ("Kim, Prof. Dr., PhD", ParsedName("", "", "Kim", "", "", "Kim", "Prof. Dr.", "PhD")),
        ("John Smith, Sr.", ParsedName("", "", "Smith Sr.", "John", "", "John Smith")),
        ("Ma Jr.", ParsedName("", "", "Jr.", "Ma", "", "Ma Jr.")),
        ("Dr", ParsedName("", "", "", "Dr", "", "Dr")),
    ],
)
def test_titles_and_degrees_are_no_parts_of_a_name(full, expected):
    assert normalize_names(ParsedName(full_name=full)) == expected


@pytest.mark.parametrize(
    ("full", "suffix"),
    [
        ("王小明/李丽", "李丽"),
        ("王小明、李丽、赵敏", "李丽, 赵敏"),
        ("王小明（外包）", "外包"),
        ("王小明 13800138000", "13800138000"),
    ],
)
def test_another_person_or_a_number_beside_a_chinese_name_is_no_english_name(full, suffix):
    assert normalize_names(ParsedName(full_name=full)) == ParsedName("王", "小明", full_name=full, suffix=suffix)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (ParsedName(full_name="Wang Xiaoming (Leo)"), ParsedName("", "", "Wang", "Xiaoming", "Leo")),
        (ParsedName(full_name="Ana Ruiz (CFO)"), ParsedName("", "", "Ruiz", "Ana", suffix="CFO")),
        (ParsedName(full_name="Ana Ruiz (CFO) (she/her)"), ParsedName("", "", "Ruiz", "Ana", suffix="CFO, she/her")),
        (ParsedName(full_name="Zhou (CFO) Limin (Leo)"), ParsedName("", "", "Zhou", "Limin", "Leo", suffix="CFO")),
        (ParsedName(full_name="Ana (Leo) Ruiz ()"), ParsedName("", "", "Ruiz", "Ana", "Leo")),
        (ParsedName(full_name="(Leo)"), ParsedName("", "", "", "(Leo)")),
        (
            ParsedName("", "", "O'Neil (He/Him)", "John (Jack)"),
            ParsedName("", "", "O'Neil", "John", "Jack", suffix="He/Him"),
        ),
        (ParsedName("", "", "Lopez, MBA, PMP", "Ana"), ParsedName("", "", "Lopez", "Ana", suffix="MBA, PMP")),
        (ParsedName("", "", "Doe CPA", "Dr. Jane"), ParsedName("", "", "Doe", "Jane", "", "", "Dr.", "CPA")),
        (ParsedName("", "", "Smith, Jr.", "Bob"), ParsedName("", "", "Smith Jr.", "Bob")),
        (ParsedName("", "", "Lopez, Ana", ""), ParsedName("", "", "Lopez, Ana")),
        (ParsedName("", "", "de la Cruz", "Juan Carlos Jr."), ParsedName("", "", "de la Cruz", "Juan Carlos Jr.")),
        (ParsedName("", "", "Li", "Wei (Leo)", "David"), ParsedName("", "", "Li", "Wei", "David")),
        (ParsedName("", "", "张", "伟 (Leo)"), ParsedName("张", "伟 (Leo)")),
    ],
)
def test_what_other_programs_have_beside_a_name_is_no_part_of_it(names, expected):
    normalized = normalize_names(strip_additions(names))
    assert replace(normalized, full_name="") == expected


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        ("林总", ParsedName("林", honorific="总")),
        ("李工", ParsedName("李", honorific="工")),
        ("高工", ParsedName("高工")),
        ("司马", ParsedName("司马")),
    ],
)
def test_form_of_address_in_the_field_of_the_family_name_is_no_family_name(family, expected):
    assert replace(normalize_names(ParsedName(family)), full_name="") == expected


def test_english_name_in_the_cell_of_the_name_is_no_given_name():
    """Our lists show 王小明 with the English name Leo as "Leo"."""
    names = ParsedName("王", "小明", "", "", "Leo", "Leo")
    assert normalize_names(names) == names


@pytest.mark.parametrize(
    ("names", "phonetic", "expected"),
    [
        (ParsedName("", "", "张", "伟"), ("Zhang", "Wei"), ParsedName("张", "伟", "Zhang", "Wei")),
        (ParsedName("", "", "张", "David"), ("", ""), ParsedName("张", "", "", "", "David")),
        (ParsedName("Smith", "Anna"), ("", ""), ParsedName("", "", "Smith", "Anna")),
        (ParsedName("张", "伟", "Cheung", "Wai"), ("Zhang", "Wei"), ParsedName("张", "伟", "Cheung", "Wai")),
        (ParsedName("", "", "Smith", "Anna"), ("Smit", "Ana"), ParsedName("", "", "Smith", "Anna")),
    ],
)
def test_normalize_names_sorts_parts_by_script(names, phonetic, expected):
    assert normalize_names(names, phonetic=phonetic) == expected


def test_normalize_names_splits_a_whole_name_in_the_given_column():
    assert normalize_names(ParsedName(given_latin="张伟")) == ParsedName("张", "伟", full_name="张伟")


@pytest.mark.parametrize(
    ("family", "texts"),
    [
        ("Zhou", ("Zhou Limin", "Limin Zhou")),
        ("Chen", ("Jun Chen", "Wei Chen", "David Chen")),
        ("Li", ("Chen Li", "Zhang Li", "Dongfang Li")),
        ("Yang", ("Zhao Yang", "Sun Yang")),
        ("Sato", ("Jun Sato", "Yu Sato", "Ai Sato")),
        ("Ito", ("Kai Ito",)),
        ("Chiba", ("Ai Chiba",)),
        ("Choi", ("Sung Min Choi",)),
        ("Kang", ("Jung Ho Kang", "Jung-ho Kang")),
        ("Lee", ("Young Lee", "Young Jin Lee")),
        ("Le", ("Hung Le", "Long Le")),
        ("Hoang", ("Tan Hoang",)),
        ("Pham", ("Hung Hoa Pham",)),
        ("Shaw", ("Young Shaw", "Lee Shaw")),
        ("King", ("Lee King",)),
        ("Lane", ("Lee Lane",)),
        ("Manning", ("Mei Manning",)),
        ("Cheung", ("Wai Man Cheung",)),
        ("Ouyang", ("Ouyang Feng", "Feng Ouyang")),
    ],
)
def test_family_name_of_one_cell_is_the_last_word_unless_it_is_surely_chinese(family, texts):
    assert {text: normalize_names(ParsedName(full_name=text)).family_latin for text in texts} == dict.fromkeys(
        texts, family
    )
