"""Scores of encodings, in points per non-ASCII character: tells GB18030, Big5 and cp1252 apart."""

from __future__ import annotations

import re
from functools import cache

#: Common characters in lists of people and organizations, in both scripts: names, titles, trades, places.
_USUAL = (
    "的一是不了在人有我他这中大来上国和地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
    "日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美"
    "相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水"
    "名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期"
    "市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路"
    "张李刘陈杨赵黄周吴徐孙胡朱林何郭罗宋郑谢韩唐冯董萧程曹袁邓傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪"
    "田姜范石姚谭廖邹熊陆郝孔崔康毛邱秦江史顾侯邵孟龙万段钱汤尹黎易武乔贺赖龚伟敏静丽强磊洋艳勇军杰娟涛超霞秀"
    "芳英华慧巧兰飞红玉辉志建国永健鹏桂凤洁梅琳素云莲环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉"
    "有限责任公司股份集团科技贸易实业厂技术工程设备环保能源物流食品农业进出口商会协局委办处院所校银行"
    "经理总监董事长主任秘书助理工程师销售采购市场客户部门姓名称位职务电话手机传真邮箱址编码备注微信网站省城县镇街道"
    "号楼室北京上海广州深圳天津重庆成都武汉南杭宁波青岛大连沈阳苏无锡厦福建浙江苏东四川湖北河辽吉黑龙陕云贵港澳台湾"
    # The traditional forms of the above that differ.
    "這來國時會對著過發後裡種經麼學現當沒動還進樣開從想實軍無與長機業將兩間問並應戰頭體見產門員論處義認條係氣題"
    "爾別變總電數報結務場計資許統區隊決馬書則聽卻達強難權設張劉陳楊趙黃吳孫鄭謝韓馮蕭鄧呂蘇盧賈葉閻餘鍾陸顧龍萬"
    "錢湯喬賀賴龔偉靜麗艷傑娟濤蘭飛輝國鵬鳳潔蓮環榮愛瓊貞責團術貿實廠備環農進師銷購場戶稱職話機傳郵編碼備註網"
    "縣鎮號樓廣慶濱廈遼陝雲貴臺灣財達榮豐興隆順發賢鴻銘儀偉"
)
_PUNCTUATION = "，。、；：？！（）《》「」『』“”‘’—…·　"
_HIGH_RUN = re.compile(r"[^\x00-\x7f]+")
#: Runs that are scored; more would only take time.
_SAMPLE_SIZE = 20_000


def score_encoding(sample: bytes, encoding: str) -> float:
    """Return points per non-ASCII character, about -4 to 3; unreadable bytes cost most. ASCII alone is 0."""
    text = sample.decode(encoding, "replace")
    runs = _HIGH_RUN.findall(text)[:_SAMPLE_SIZE]
    characters = sum(map(len, runs))
    if not characters:
        return 0.0
    points = sum(_points_western(run) for run in runs) if encoding == "cp1252" else _points_chinese(runs, encoding)
    return round(points / characters, 3)


def _points_western(run: str) -> float:
    """Score a run: accented letters stand alone; long runs of them are Chinese in the wrong encoding."""
    if len(run) > 2:
        return -1.5 * len(run)
    points = 1.5 if len(run) == 1 else 0.2
    return sum(_points_of_character(character, points) for character in run)


def _points_of_character(character: str, points: float) -> float:
    if character.isalpha():
        return points
    return points / 2 if character.isprintable() else -3.0


def _points_chinese(runs: list[str], encoding: str) -> float:
    usual, plain = frozenset(_USUAL), _level_one("gb2312" if encoding != "big5hkscs" else "big5")
    points = 0.0
    for run in runs:
        for character in run:
            points += _points_character(character, usual, plain)
    return points


def _points_character(character: str, usual: frozenset[str], plain: frozenset[str]) -> float:
    if character in usual or character in _PUNCTUATION:
        return 3.0
    if character == "\ufffd" or "\ue000" <= character <= "\uf8ff" or character < "\u00a0":
        return -4.0
    if character in plain or "\uff01" <= character <= "\uff5e":
        return 0.8
    # A wrong encoding gives many kana, Cyrillic letters, box drawings and rare characters.
    return -0.5 if "\u4e00" <= character <= "\u9fff" else -1.5


@cache
def _level_one(charset: str) -> frozenset[str]:
    """Return the common characters of the standard: GB 2312 level 1 (3,755), Big5 level 1 (5,401)."""
    leads, trails = (
        (range(0xB0, 0xD8), range(0xA1, 0xFF))
        if charset == "gb2312"
        else (range(0xA4, 0xC7), [*range(0x40, 0x7F), *range(0xA1, 0xFF)])
    )
    pairs = (bytes((lead, trail)).decode(charset, "ignore") for lead in leads for trail in trails)
    return frozenset(character for character in pairs if character)
