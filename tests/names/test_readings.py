"""The reduced dictionaries have the readings of the full ones."""

import pytest

from crm.names.folding import simplify_char
from crm.names.pinyin import syllables

NAMES = (
    "重庆长城 银行行长 华东水务集团有限公司 中国建设银行 乐山大佛 音乐学院 西安交通大学 长安汽车 厦门航空 朝阳区 "
    "大连重工 调研 重要 数据 行业 会计师事务所 都江堰 首都机场 空调 曲阜 藏族 西藏 宝藏 还款 归还 便宜 方便 单位 "
    "朴素 解放军 蚌埠 六安 台州 亳州 歙县 浚县 铅山 参差 人参 参加 降落 投降 供给 给水排水 处理厂 办事处 传感器 "
    "自传 弹性 子弹 当地 上当 角色 觉得 睡觉 模型 模样 宁波 强大 勉强 上海浦东发展银行 深圳市大疆创新科技 "
    "新能源汽车 智慧城市 长三角 长江 成长 校长 省长 盛京银行 查询 区域 任务 华为 和平 附和 血液 差异 出差 石家庄 "
)


@pytest.mark.parametrize("name", NAMES.split())
def test_phrase_reads_as_in_the_full_dictionary(name):
    from pypinyin import lazy_pinyin

    assert syllables(name) == lazy_pinyin(name, v_to_u=True)


def test_every_common_character_has_a_reading():
    from pypinyin.constants import PINYIN_DICT

    unread = [chr(code) for code in PINYIN_DICT if 0x4E00 <= code <= 0x9FA5 and not syllables(simplify_char(chr(code)))]
    assert unread == []


def test_long_phrase_overrides_a_shorter_phrase_in_it():
    assert syllables("重庆") == ["chong", "qing"]
    assert syllables("庆重") == ["qing", "zhong"]
