"""Chinese words for calls and meetings. The durations before them were read: 开了两个小时的会 is 开了, blanks, 的会."""

from __future__ import annotations

from .han_families import FREQUENT_FAMILIES

_END = r"(?=[，,。；;\s\x00]|$)"
# 会见, but not the end of 广交会 or 进博会 before 见了.
HAN_MEET = r"(?<![展交博洽览易贸])会见"
# 换了电话，139 0013 8003 is a number. 打给姜浩, but not 打给海关问税率 or 定金打给工厂.
HAN_CALL = (
    r"打电话给?|致电|通话|通了?个?电话|来电话?了?|打来电话|(?<!换)(?<!换了)(?<!新)电话(?!号码|[:：]?\s*\d[\d -]{6})"
    rf"|(?:^|(?<=[\s\x00，,刚又再才天午早晚点半]))打给(?=[{FREQUENT_FAMILIES}][一-鿿])"
)
# 今天见孙丽, but not 今天见领导 or 今天没去见孙丽; 视频会, but not 视频会员系统; 开个会, but not 开完会打电话.
HAN_MEETING = (
    rf"{HAN_MEET}(?!面)了?|会面|见面|面谈|(?<![没未意看听])(?:见到?了|见到)|碰面|碰了?个?[面头](?=[，,。\s谈聊\x00]|$)"
    r"|(?:视[频讯]|线上)?(?:开会(?!员)|会议|会谈)|开了?(?:一?个|\x00+的)会(?![员计场展长])议?了?"
    rf"|开了会{_END}|(?:视[频讯]|线上)会(?:(?=[和跟与])|{_END})"
    r"|(?:(?<=[今明昨后前]天)|(?<=[上下中]午)|(?<=[周期拜][一二三四五六日天]))"
    rf"见(?=[{FREQUENT_FAMILIES}][一-鿿]{{1,2}}(?:[和跟与及、谈聊]|{_END}))"
    r"|(?<!没)(?:吃了?[早午晚]?[餐饭]|午餐|晚餐)(?![前后时肉]|食品)|喝(?:茶|咖啡)"
)
