"""Emails of consulates and officers about projects, in Chinese, with what they say."""

from __future__ import annotations

from typing import Any

from tests.projects.lead_emails import LeadEmail


def _chinese(subject: str, body: str, **facts: Any) -> LeadEmail:
    head = "发件人: 陈美玲 <chen@guangzhou.post.example>\n发送时间: 2026年3月9日 10:15\n"
    head += f"收件人: anna@center.example\n主题: {subject}\n\n"
    return LeadEmail(head + body + "\n\n此致\n陈美玲\n美国驻广州总领事馆商务处\n", facts)


CHINESE_EMAILS = (
    _chinese(
        "项目线索：宁波污水处理厂二期",
        "安娜您好：\n据悉，宁波污水处理厂二期总包商为华东水务集团，总投资约3.5亿元人民币。投标截止时间为2026年4月18日下午5点。\n"
        "他们需要超声波流量计。",
        native_name="宁波污水处理厂二期",
        city="Ningbo",
        country="CN",
        prime="华东水务集团",
        bid_day="2026-04-18",
        bid_time="17:00",
        value="350000000",
        currency="CNY",
        sectors=("water",),
        needs=("超声波流量计",),
    ),
    _chinese(
        "项目信息",
        "项目名称：深圳地铁十五号线\n地点：深圳\n总承包单位：鹏城轨道工程局\n业主：深圳市轨道交通集团\n截止日期：2026-06-30\n总投资：120亿元",
        native_name="深圳地铁十五号线",
        city="Shenzhen",
        country="CN",
        prime="鹏城轨道工程局",
        owner="深圳市轨道交通集团",
        bid_day="2026-06-30",
        value="12000000000",
        currency="CNY",
        sectors=("MIC05",),
    ),
    _chinese(
        "答复: 转发: 越南海防港口扩建项目",
        "该项目由华南港湾工程局承建，合同金额2.1亿美元，请在6月15日前提交资料。",
        native_name="越南海防港口扩建项目",
        city="Haiphong",
        country="VN",
        prime="华南港湾工程局",
        bid_day="2026-06-15",
        value="210000000",
        currency="USD",
        sectors=("logistics",),
    ),
    _chinese("你好", "安娜，下周三有时间通电话吗？我们想了解一下贵中心的服务。"),
    _chinese(
        "高雄智慧城市標案",
        "項目：高雄智慧城市二期\n總承包商：南台工程公司\n截標日期：2026年5月20日\n預算：新台幣12億元",
        native_name="高雄智慧城市二期",
        city="Kaohsiung",
        country="TW",
        prime="南台工程公司",
        bid_day="2026-05-20",
        value="1200000000",
        currency="TWD",
        sectors=("smart_city",),
    ),
    _chinese(
        "一个光伏项目",
        "我们了解到“阿拉木图光伏电站”项目近期启动，中标单位为西北新能源集团。项目位于哈萨克斯坦阿拉木图州，投资金额未公布。",
        native_name="阿拉木图光伏电站",
        city="Almaty",
        country="KZ",
        prime="西北新能源集团",
        sectors=("clean_energy",),
    ),
    _chinese(
        "【急】武汉冷链物流园招标",
        "总包：待定\n预算：8000万元\n报名截止：3月31日\n业主单位为江城冷链公司。",
        native_name="武汉冷链物流园",
        city="Wuhan",
        country="CN",
        owner="江城冷链公司",
        bid_day="2026-03-31",
        value="80000000",
        currency="CNY",
        sectors=("logistics",),
    ),
    _chinese(
        "推荐：成都第三医院改造 Chengdu Third Hospital Upgrade",
        "EPC总承包：蜀都建工集团\n金额：约1.8亿元",
        name="Chengdu Third Hospital Upgrade",
        native_name="成都第三医院改造",
        city="Chengdu",
        country="CN",
        prime="蜀都建工集团",
        value="180000000",
        currency="CNY",
        sectors=("medical",),
    ),
    _chinese(
        "新线索",
        "获悉印尼万隆将建设万隆轻轨一期工程，尚未招标，也未确定总包。",
        native_name="万隆轻轨一期工程",
        city="Bandung",
        country="ID",
        sectors=("MIC05",),
    ),
    LeadEmail(
        "华北电力建设集团已中标乌兰巴托变电站项目，造价约６０００万美元，分包报价请于２０２６年７月１日之前递交。",
        {
            "native_name": "乌兰巴托变电站项目",
            "city": "Ulaanbaatar",
            "country": "MN",
            "prime": "华北电力建设集团",
            "bid_day": "2026-07-01",
            "value": "60000000",
            "currency": "USD",
            "sectors": ("MIC07",),
        },
    ),
    _chinese(
        "活动邀请",
        "诚邀您于4月2日下午6点参加驻广州总领事馆的招待会，请于3月25日前回复。",
    ),
    _chinese(
        "項目線索：香港機場數據中心",
        "總包方是維港建設公司。報價請於2026年8月10日前遞交，項目金額港幣5.5億元。",
        native_name="香港機場數據中心",
        city="Hong Kong",
        country="HK",
        prime="維港建設公司",
        bid_day="2026-08-10",
        value="550000000",
        currency="HKD",
        sectors=("construction", "MIC01"),
    ),
)
