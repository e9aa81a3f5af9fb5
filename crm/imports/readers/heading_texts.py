"""The headings that are recognized, by the field they mean: our exports, old and new, and other programs.

A code is `field`, `field:label` or `field:label#group`; columns of one group belong together, as "Phone 1 - Label" and
"Phone 1 - Value" do. Headings are compared without case and punctuation.
"""

from __future__ import annotations

from crm.imports.readers.people_headings import PEOPLE
from crm.imports.readers.plain_columns import plain_headings
from crm.imports.record_kinds import RECORD_KINDS

ORGANIZATIONS = {
    "name": (
        "name|organization|organization name|company|company name|account name|firm|english name|公司英文名|"
        "公司英文名称|英文名称|empresa"
    ),
    "native_name": (
        "native name|chinese name|name (native)|native label|中文名|中文名称|公司|公司名称|单位|单位名称|企业名称|"
        "名称|公司中文名称|公司全称|name in own script|客户名称|客户单位|采购商|采购商名称|供应商|供应商名称|"
        "参展商|参展企业|参展单位|单位全称|企业全称|机构名称"
    ),
    "aliases": "aliases|alias|also known as|other names|简称|别名|曾用名",
    "roles": "roles|role|type|organization type|account type|kind|类型|角色|企业类型|organization roles",
    "country": "country|country/region|billing country|国家|国家/地区|国别",
    "city": "city|billing city|town|城市|市|所在城市",
    "region": "state|province|region|billing state/province|state/region|省|省份|state or province",
    "postcode": "zip|zip code|postal code|billing zip/postal code|邮编|邮政编码|zip or postal code",
    "website": "website|web page|url|web site|homepage|company domain name|网站|网址|公司网站|主页",
    "phone": "phone|phones|telephone|tel|phone number|main phone|电话|联系电话|公司电话|总机|phone numbers",
    "email": "email|e-mail|emails|email address|邮箱|电子邮件|电子邮箱|email addresses",
    "address": (
        "address|street|billing street|street address|full address|address (latin)|地址|公司地址|详细地址|注册地址"
    ),
    "address_native": "address (native)|chinese address|native address|中文地址|address in own script",
    "uscc": "uscc|unified social credit code|统一社会信用代码|社会信用代码|信用代码|税号",
    "counselor": "counselor|counsellor|account owner|company owner|owner|负责人|顾问",
    "team": "team|center|centre|团队",
    "sectors": "sectors|sector|industry|industries|行业|所属行业|产业|lines of business|line of business",
    "note": "note|notes|description|comments|remarks|备注|说明|important note|read this first",
    "label": "tags|tag|labels|groups|标签",
    "uid": "uid|identifier",
}

INTERACTIONS = {
    "kind": "kind|type|contact type|activity type|session type|方式|类型|联系方式|interaction type",
    "state": "state|status|状态",
    "date": "date|when|held on|day|start date|contact date|session date|日期|时间|联系日期",
    "time": "time|start time|start|hour|开始时间",
    "zone": "zone|time zone|timezone|时区",
    "place": "place|location|venue|地点",
    "subject": "subject|title|topic|主题|标题|事由",
    "notes": "notes|note|description|comments|details|内容|备注|记录|纪要",
    "summary": "english line|summary|in english|english summary|funder line|摘要|english summary for the funder",
    "reached": "reached|reached?|outcome|result|结果",
    "organization": "organization|company|organizations|account name|firm|with organization|公司|单位",
    "people": "people|person|contacts|contact|contact name|attendees|with|participants|姓名|联系人|参加人",
    "staff": "staff|counselor|counsellor|by|assigned to|owner|logged by|人员|顾问|our staff|of us|staff members",
    "client": "client|clients|for client|客户|for",
    "contact_minutes": "contact minutes|minutes|duration|contact|contact time|时长|分钟",
    "prep_minutes": "prep minutes|prep|preparation minutes|prepare|preparation",
    "travel_minutes": "travel minutes|travel",
    "funder": "funder|funding|program|grant|资金来源",
    "uid": "uid|identifier",
}

FOLLOWUPS = {
    "title": "title|what|task|subject|follow-up|to do|事项|标题|任务|待办",
    "due": "due|due date|due on|when|deadline|date|截止|截止日期|到期|期限",
    "zone": "zone|time zone|timezone|时区",
    "counselor": "counselor|counsellor|assigned to|owner|whose|负责人|顾问",
    "about": "about|related to|record|regarding|company|关于|相关",
    "side": "side|promised by|who promised|承诺方|type|owed by|who owes",
    "note": "note|notes|comments|description|remarks|备注|说明",
    "state": "state|status|状态",
    "uid": "uid|identifier",
}

KINDS = {
    "people": PEOPLE | plain_headings("people"),
    "organizations": ORGANIZATIONS | plain_headings("organizations"),
    "interactions": INTERACTIONS,
    "followups": FOLLOWUPS,
    **{kind.value: spec.all_headings for kind, spec in RECORD_KINDS.items()},
}

#: Parts of headings that allow a guess, marked as "Suggested" on the page. The first match wins.
PARTS: dict[str, tuple[tuple[str, str], ...]] = {
    "people": (
        ("wechat", "微信|wechat|weixin"),
        ("phone:fax", "传真|fax"),
        ("email", "email|邮箱|邮件|电邮|correo"),
        ("phone:mobile", "手机|mobile|cellphone|移动电话"),
        ("phone", "电话|telephone|phonenumber|phoneno|telefono"),
        ("postcode", "邮编|postalcode|zipcode"),
        ("title", "职务|职位|jobtitle|occupation"),
        ("department", "部门|department"),
        ("full_name", "姓名|fullname|contactname"),
        ("organization", "公司名|单位名|companyname|organizationname|工作单位|企业名"),
        ("city", "城市"),
        ("address", "地址|address"),
        ("country", "国家|country"),
        ("website", "网址|网站|website"),
        ("note", "备注|remark"),
    ),
    "organizations": (
        ("email", "email|邮箱"),
        ("phone", "电话|phone"),
        ("website", "网址|网站|website"),
        ("native_name", "公司名|单位名|企业名"),
        ("name", "companyname|organizationname"),
        ("address", "地址|address"),
        ("city", "城市"),
        ("sectors", "行业|industry"),
        ("note", "备注"),
    ),
}
