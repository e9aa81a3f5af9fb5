"""Headings met in the wild, by the field they mean; a code is `field`, `field:label` or `field:label#group`."""

# ruff: noqa: E501, ISC004 - a field and its headings read best on one line
from __future__ import annotations

from crm.core.words import Lazy, _l

#: Several fields of one numbered group belong together, as "Phone 1 - Label" and "Phone 1 - Value" do.
PEOPLE = {
    "family_native": "family_native|姓|姓氏|中文姓|family name (native)|native family name|last name (chinese)|chinese last name",
    "given_native": "given_native|名|名字|中文名字|given name (native)|native given name|first name (chinese)|chinese first name",
    "family_latin": "family_latin|last name|family name|surname|lastname|familyname|family name (latin)|apellido|apellidos|姓(拼音)|姓拼音|英文姓",
    "given_latin": "given_latin|first name|given name|firstname|forename|givenname|given name (latin)|nombre|nombres|名(拼音)|名拼音",
    "middle_latin": "middle name|additional name|middle|中间名",
    "family_phonetic": "phonetic last name|family name yomi|yomi last name|姓氏拼音",
    "given_phonetic": "phonetic first name|given name yomi|yomi first name|名字拼音",
    "english_name": "nickname|english name|英文名|英文名字|preferred name|goes by|known as|昵称",
    "full_name": "name|full name|fullname|contact name|contact|display name|person|attendee|nombre completo|姓名|中文姓名|中文名|"
    "联系人|联系人姓名|客户姓名|参会人|参会人姓名|嘉宾姓名|嘉宾|代表|native name|chinese name|name native|name, native",
    "full_latin": "拼音|姓名拼音|英文姓名|pinyin|latin name|name (latin)|romanized name|name in english|name, latin|name (pinyin)|yomi name",
    "honorific": "address_as|name prefix|salutation|prefix|honorific|courtesy title|英文称谓|中文称谓|称谓|称呼|尊称|tratamiento|"
    "how to address|form of address",
    "title": "job title|position|role|designation|organization title|jobtitle|cargo|puesto|职务|职位|职称|头衔|岗位|title",
    "title_native": "chinese title|title (native)|title (chinese)|native title|中文职务|中文职位",
    "organization": "company|organization|organisation|company name|organization name|account name|employer|firm|empresa|"
    "works at|work at|affiliation|公司|公司名称|单位|单位名称|工作单位|企业|企业名称|机构|所属公司|公司全称|参展商|exhibitor",
    "organization_native": "chinese company name|company (chinese)|organization (native)|company name (native)|中文公司名|公司中文名|"
    "公司中文名称",
    "organization_latin": "公司英文名|公司英文名称|英文公司名|company (english)|organization (latin)|company name (english)",
    "department": "department|organization department|division|dept|部门|所属部门|departamento",
    "email": "email|e-mail|mail|email address|e-mail address|emails|correo|correo electrónico|邮箱|电子邮件|电子邮箱|邮件|邮箱地址|"
    "电邮|邮件地址|电子邮件地址|email (primary)|primary email",
    "email:work": "work email|business email|company email|工作邮箱|公司邮箱|单位邮箱",
    "email:home": "home email|personal email|private email|个人邮箱|私人邮箱",
    "email:other": "other email|secondary email|additional emails|备用邮箱",
    "phone": "phone|phone number|telephone|tel|tel.|telephone number|phones|primary phone|teléfono|电话|联系电话|电话号码|联系方式|主要电话",
    "phone:mobile": "mobile|mobile phone|cell|cell phone|cellphone|mobile number|mobile phone number|móvil|celular|手机|手机号|"
    "手机号码|移动电话|行动电话|手提电话|phone, mobile",
    "phone:work": "business phone|work phone|office phone|direct phone|direct|办公电话|单位电话|工作电话|商务电话|座机|固定电话|固话|直线",
    "phone:work#2": "business phone 2|商务电话 2",
    "phone:company": "company main phone|main phone|company phone|单位主要电话|公司电话|总机",
    "phone:home": "home phone|住宅电话|家庭电话",
    "phone:home#2": "home phone 2|住宅电话 2",
    "phone:other": "other phone|其他电话|car phone|车载电话|radio phone|无绳电话",
    "phone:assistant": "assistant's phone|asst. phone|assistant phone|助理的电话",
    "phone:fax": "fax|business fax|work fax|fax number|商务传真|传真|传真号码|其他传真|other fax|home fax|住宅传真",
    "wechat": "wechat|wechat id|weixin|we chat|微信|微信号|微信id|wechat/微信|微信账号",
    "address": "address|full address|mailing address|business address|work address|dirección|地址|公司地址|联系地址|通讯地址|单位地址|详细地址",
    "address_native": "native address|chinese address|address (native)|address (chinese)|中文地址",
    "address_latin": "英文地址|address (english)|address (latin)",
    "street": "street|street address|mailing street|address line 1|address 1|街道",
    "street2": "address line 2|address 2|street 2",
    "city": "city|town|mailing city|ciudad|城市|市|所在城市|所在地|location city",
    "region": "state|province|region|state/region|state/province|mailing state/province|mailing state|estado|省|省份|州|省市|地区",
    "postcode": "zip|zip code|postal code|postcode|mailing zip/postal code|mailing postal code|mailing zip|邮编|邮政编码",
    "country": "country|country/region|mailing country|nation|país|pais|国家|国家/地区|国别",
    "website": "website|web page|url|web site|homepage|linkedin|linkedin url|profile url|sitio web|网站|网址|网页|主页|公司网站",
    "note": "note|notes|comment|comments|remarks|description|memo|notas|备注|附注|说明|注释|备忘",
    "languages": "language|languages|idioma|idiomas|语言|语种",
    "label": "labels|group membership|categories|tags|tag|category|groups|类别|标签|分组|分类",
    "uid": "uid",
}

ORGANIZATIONS = {
    "name": "name|organization|organization name|company|company name|account name|firm|english name|公司英文名|公司英文名称|英文名称|empresa",
    "native_name": "native name|chinese name|name (native)|native label|中文名|中文名称|公司|公司名称|单位|单位名称|企业名称|名称|公司中文名称|公司全称",
    "aliases": "aliases|alias|also known as|other names|简称|别名|曾用名",
    "roles": "roles|role|type|organization type|account type|kind|类型|角色|企业类型",
    "country": "country|country/region|billing country|国家|国家/地区|国别",
    "city": "city|billing city|town|城市|市|所在城市",
    "region": "state|province|region|billing state/province|state/region|省|省份",
    "postcode": "zip|zip code|postal code|billing zip/postal code|邮编|邮政编码",
    "website": "website|web page|url|web site|homepage|company domain name|网站|网址|公司网站|主页",
    "phone": "phone|phones|telephone|tel|phone number|main phone|phones|电话|联系电话|公司电话|总机",
    "email": "email|e-mail|emails|email address|邮箱|电子邮件|电子邮箱",
    "address": "address|street|billing street|street address|full address|address (latin)|地址|公司地址|详细地址|注册地址",
    "address_native": "address (native)|chinese address|native address|中文地址",
    "uscc": "uscc|unified social credit code|统一社会信用代码|社会信用代码|信用代码|税号",
    "counselor": "counselor|counsellor|account owner|company owner|owner|负责人|顾问",
    "team": "team|center|centre|团队",
    "sectors": "sectors|sector|industry|industries|行业|所属行业|产业",
    "note": "note|notes|description|comments|remarks|备注|说明",
    "uid": "uid",
}

INTERACTIONS = {
    "kind": "kind|type|contact type|activity type|session type|方式|类型|联系方式",
    "state": "state|status|状态",
    "date": "date|when|held on|day|start date|contact date|session date|日期|时间|联系日期",
    "time": "time|start time|start|hour|开始时间",
    "zone": "zone|time zone|timezone|时区",
    "place": "place|location|venue|地点",
    "subject": "subject|title|topic|主题|标题|事由",
    "notes": "notes|note|description|comments|details|内容|备注|记录|纪要",
    "summary": "english line|summary|in english|english summary|funder line|摘要",
    "reached": "reached|reached?|outcome|result|结果",
    "organization": "organization|company|organizations|account name|firm|with organization|公司|单位",
    "people": "people|person|contacts|contact|contact name|attendees|with|participants|姓名|联系人|参加人",
    "staff": "staff|counselor|counsellor|by|assigned to|owner|logged by|人员|顾问",
    "client": "client|clients|for client|客户",
    "contact_minutes": "contact minutes|minutes|duration|contact|contact time|时长|分钟",
    "prep_minutes": "prep minutes|prep|preparation minutes|prepare",
    "travel_minutes": "travel minutes|travel",
    "funder": "funder|funding|program|grant|资金来源",
    "uid": "uid",
}

FOLLOWUPS = {
    "title": "title|what|task|subject|follow-up|to do|事项|标题|任务|待办",
    "due": "due|due date|due on|when|deadline|date|截止|截止日期|到期|期限",
    "zone": "zone|time zone|timezone|时区",
    "counselor": "counselor|counsellor|assigned to|owner|whose|负责人|顾问",
    "about": "about|related to|record|regarding|company|关于|相关",
    "side": "side|promised by|who promised|承诺方",
    "uid": "uid",
}

KINDS = {"people": PEOPLE, "organizations": ORGANIZATIONS, "interactions": INTERACTIONS, "followups": FOLLOWUPS}

_IDENTITY = _l("ID numbers aren't imported.")
_PRIVATE = _l("Personal details aren't imported.")
_MONEY = _l("Bank details aren't imported.")
_SECRET = _l("Passwords aren't imported.")

#: Headings whose columns are never imported, with the reason shown; whoever maps them by hand is refused too.
BLOCKED_HEADINGS: tuple[tuple[Lazy, str], ...] = (
    (
        _IDENTITY,
        "government id number|government id|organizational id number|id number|id no|id no.|id card|id card number|national id|"
        "ssn|social security number|social security|passport|passport number|passport no|passport no.|driver's license|visa number|"
        "身份证编号|身份证|身份证号|身份证号码|证件号|证件号码|证件编号|工作证号码|护照|护照号|护照号码|通行证号码|社保号",
    ),
    (
        _PRIVATE,
        "gender|sex|birthday|birth date|birthdate|date of birth|dob|age|spouse|children|anniversary|marital status|religion|race|"
        "ethnicity|disability|political affiliation|health|blood type|hobby|partner's name|home town|maiden name|"
        "性别|生日|出生日期|出生年月|年龄|配偶|子女|纪念日|婚姻状况|婚否|宗教|民族|政治面貌|血型|籍贯|业余爱好|健康状况|sexo|cumpleaños",
    ),
    (
        _MONEY,
        "bank account|bank account number|account number|iban|credit card|card number|银行账号|银行帐号|银行卡号|开户行|信用卡",
    ),
    (_SECRET, "password|pin|密码"),
)
#: Parts of headings that are enough: 参会人身份证号(必填).
BLOCKED_PARTS: tuple[tuple[Lazy, str], ...] = (
    (_IDENTITY, "身份证|护照|passport|governmentid|socialsecurity|nationalid|证件号"),
    (_PRIVATE, "birthday|dateofbirth|生日|出生|婚姻|配偶|maritalstatus|政治面貌"),
    (_SECRET, "password|密码"),
)

#: Headings that sound like a field and are none; nobody is asked about them.
UNUSED = (
    "callback|pager|isdn|telex|tty/tdd phone|回电话|寻呼机|电报|tty/tdd 电话|phone type|email type|e-mail type|e-mail 2 type|"
    "e-mail 3 type|e-mail display name|e-mail 2 display name|e-mail 3 display name|电子邮件类型|电子邮件显示名称|电子邮件 2 类型|"
    "电子邮件 2 显示名|电子邮件 3 类型|电子邮件 3 显示名|email opt out|fax opt out|do not call|connected on|record id|photo|file as|phonetic middle name|"
    "经理姓名|助理的姓名|assistant's name|manager's name|推荐人|推荐人姓名|紧急联系人|紧急联系人姓名|紧急联系电话|emergency contact|emergency phone"
)

#: Parts of headings that allow a guess, which the screen marks as one. The first that fits wins.
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
    "interactions": (),
    "followups": (),
}
