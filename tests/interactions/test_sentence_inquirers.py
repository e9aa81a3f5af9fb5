"""Who inquires in a sentence: "call from ...", "new client: ...", 新客户 ..., also in lower case."""

from typing import ClassVar

import pytest

from crm.interactions.sentence import NameMatch
from crm.interactions.sentence.inquiries import find_inquiry
from tests.interactions.sentences import LA, FakeLookup, read_text

pytestmark = pytest.mark.one_engine
# A sentence, and its name | organization | contact | need
INQUIRIES = """
Call from Pat Quigley, Quigley Walnuts, 229-555-0147
= Pat Quigley | Quigley Walnuts | 229-555-0147 |
call from dana whitfield, whitfield dairy, 209-555-0166, wants to export cheese to china
= Dana Whitfield | Whitfield Dairy | 209-555-0166 | to export cheese to china
new client: joe ramirez, ramirez pumps, joe@ramirez.example, needs help w/ ce certs
= Joe Ramirez | Ramirez Pumps | joe@ramirez.example | help w/ ce certs
walk-in: mary odell, odell orchards 661-555-0102, interested in selling to shanghai
= Mary Odell | Odell Orchards | 661-555-0102 | interested in selling to shanghai
inquiry from kim sato (sato valves), 415-555-0191, looking for a distributor
= Kim Sato | Sato Valves | 415-555-0191 | a distributor
got a call from nick farrow at farrow foods, 310 555 0155, wants hs codes
= Nick Farrow | Farrow Foods | 310 555 0155 | hs codes
new lead - amy bauer, bauer controls, amy@bauer.example
= Amy Bauer | Bauer Controls | amy@bauer.example |
Ray Dunn of Dunn Millworks stopped by, 530-555-0119, asking about tariffs
= Ray Dunn | Dunn Millworks | 530-555-0119 | stopped by, asking about tariffs
新客户王芳，芳华食品，138 0013 8000，想出口杏仁到美国
= 王芳 | 芳华食品 | 138 0013 8000 | 想出口杏仁到美国
新客户：李强，强盛水泵，13900138000，需要找经销商
= 李强 | 强盛水泵 | 13900138000 | 需要找经销商
陈晓明，晓明科技，136 0013 8001，想找美国供应商
= 陈晓明 | 晓明科技 | 136 0013 8001 | 想找美国供应商
来电咨询：刘洋，洋帆贸易，13700137000，想了解关税
= 刘洋 | 洋帆贸易 | 13700137000 | 想了解关税
接到赵敏的电话，敏达阀门，137 0013 8002，要找代理
= 赵敏 | 敏达阀门 | 137 0013 8002 | 要找代理
今天有个新客户来电话，叫吴刚，刚强机械，想买净水设备
= 吴刚 | 刚强机械 |  | 想买净水设备
新客戶林美玲，美玲茶業，0912-345-678，想找美國買家
= 林美玲 | 美玲茶業 | 0912-345-678 | 想找美國買家
Email from Maria Okafor, maria@okafor.example, wants US wine
= Maria Okafor |  | maria@okafor.example | US wine
New customer: Bob Smith, wants US wine
= Bob Smith |  |  | US wine
New lead: Sarah Kim, Kim Foods, sarah@kim.example, wants distributors
= Sarah Kim | Kim Foods | sarah@kim.example | distributors
walk-in: joe ramirez - ramirez pumps, 229-555-0147
= Joe Ramirez | Ramirez Pumps | 229-555-0147 |
"""
ROWS = INQUIRIES.strip().splitlines()
OTHERS = """
call from Tom Okafor, 760-555-0131
call from tom okafor, 760-555-0131, wants a quote
call from Zhou, 760-555-0131, wants a quote
call from the bank, 951-555-0134
call from unknown number, 951-555-0134
call from a client, 951-555-0134
call from Tom's assistant, 951-555-0134
call from Quigley Foods, 229-555-0147
no call from Pat Quigley, 229-555-0147
call from Pat Quigley 10m
Call from Pat Quigley, wants HS codes
call from Shanghai, +86 21 5555 0147
new client meeting, 951-555-0134
new lead time: 20 weeks
new contact info for Tom Okafor: tom@x.example
new client: 3 people, 951-555-0134
walk-in freezer, Bay Cold Chain, 951-555-0144
new client, Tom Okafor referred them, tom@x.example
new customer: price list, call 951-555-0100
call Pat Quigley, 229-555-0147
called Pat Quigley, 229-555-0147
met Pat Quigley at CIIE, 229-555-0147
email from the embassy, trade@state.example
new clients: 4 this month
新客户名单，138 0013 8000
新客户方案，明天发给周立民
新客户见面会 周立民 30分钟
新客户周立民，13800138000，需要报价
新客户需求很大，13800138000
新客户王总来电，13800138000
新客户高度关注质保，想要报价
周立民介绍了新客户王芳，13800138000
接到周立民的电话，13800138000
接到客户的电话，13800138000
接到通知，明天开会
陈皮，10箱，13800138000，要报价
白酒，想要报价，13800138000
王经理，华东水务，13800138000，需要阀门
周立民，莲桥国际，13800138000，想要报价
call from city hall, 206-555-0199
call from home depot, 206-555-0199, wants samples
call from chamber of commerce, 206-555-0199
message from answering service, 206-555-0199
email from linkedin recruiter, spam@x.example
Email from Tom Baker's assistant, ga@x.example
New client: Bay Cold Chain, 206-555-0199
New lead: Santa Clara, 206-555-0199
接到方案的邮件，13800138000
接到金华的电话，13800138000，要报价
钱款，华越科技，13800138000，需要催
新客户方案需要修改
新客户：方案需要修改
老客户王芳，13800138000，需要报价
"""


@pytest.mark.parametrize(("text", "expected"), list(zip(ROWS[::2], ROWS[1::2], strict=True)))
def test_inquirer_is_read(text, expected):
    inquiry = find_inquiry(read_text(text), FakeLookup())
    assert inquiry is not None
    assert [part.strip() for part in expected.removeprefix("= ").split("|")] == list(inquiry[:4])


class LongNameLookup(FakeLookup):
    """Maria Lopez Garcia is found by words of her name."""

    names_of_people: ClassVar = FakeLookup.names_of_people | {NameMatch(11, "Maria Lopez Garcia", LA): {"maria lopez"}}
    cities: ClassVar = FakeLookup.cities | {"santa clara"}

    def full_names(self, texts):
        return super().full_names(texts) - {"Maria Lopez"}


def test_longer_name_is_someone_else():
    text, lookup = "Call from Maria Lopez, 229-555-0147", LongNameLookup()
    inquiry = find_inquiry(read_text(text, lookup=lookup), lookup)
    assert inquiry is not None
    assert inquiry.name == "Maria Lopez"


@pytest.mark.parametrize("text", OTHERS.strip().splitlines())
def test_other_sentence_is_no_inquiry(text):
    lookup = LongNameLookup()
    assert find_inquiry(read_text(text, lookup=lookup), lookup) is None
