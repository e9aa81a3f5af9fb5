"""The headings of people that are recognized, by the field they mean: our exports and other programs.

A code is `field`, `field:label` or `field:label#group`; columns of one group belong together, as "Phone 1 - Label" and
"Phone 1 - Value" do. Headings are compared without case and punctuation.
"""

from __future__ import annotations

PEOPLE = {
    "family_native": (
        "family_native|姓|姓氏|中文姓|family name (native)|native family name|last name (chinese)|"
        "chinese last name|family name, own script"
    ),
    "given_native": (
        "given_native|名|名字|中文名字|given name (native)|native given name|first name (chinese)|"
        "chinese first name|given name, own script"
    ),
    "family_latin": (
        "family_latin|last name|family name|surname|lastname|familyname|family name (latin)|apellido|apellidos|"
        "姓(拼音)|姓拼音|英文姓"
    ),
    "given_latin": (
        "given_latin|first name|given name|firstname|forename|givenname|given name (latin)|nombre|nombres|"
        "名(拼音)|名拼音"
    ),
    "middle_latin": "middle name|additional name|middle|中间名",
    "family_phonetic": "phonetic last name|family name yomi|yomi last name|surname yomi|姓氏拼音|phonetic family name",
    "given_phonetic": "phonetic first name|given name yomi|yomi first name|given yomi|名字拼音|phonetic given name",
    "english_name": "nickname|english name|英文名|英文名字|preferred name|goes by|known as|昵称",
    "full_name": (
        "name|full name|fullname|contact name|contact|display name|person|attendee|nombre completo|姓名|中文姓名|"
        "中文名|联系人|联系人姓名|客户姓名|参会人|参会人姓名|嘉宾姓名|嘉宾|代表|native name|chinese name|"
        "name native|name, native|name (chinese)|name in chinese|chinese full name"
    ),
    "full_latin": (
        "拼音|姓名拼音|英文姓名|pinyin|latin name|name (latin)|romanized name|name in english|name, latin|"
        "name (pinyin)|yomi name"
    ),
    "honorific": (
        "name prefix|salutation|prefix|honorific|courtesy title|英文称谓|中文称谓|称谓|称呼|尊称|tratamiento"
    ),
    "address_as": "address_as|how to address|form of address",
    "title": (
        "job title|position|role|designation|organization title|jobtitle|cargo|puesto|职务|职位|职称|头衔|岗位|title"
    ),
    "title_native": "chinese title|title (native)|title (chinese)|native title|中文职务|中文职位",
    "organization": (
        "company|company / account|organization|organisation|company name|organization name|account name|employer|"
        "firm|empresa|works at|work at|affiliation|associated company|primary company|"
        "公司|公司名称|单位|单位名称|工作单位|企业|企业名称|机构|所属公司|"
        "公司全称|参展商|exhibitor|客户名称|客户单位|客户公司|所在单位|所在公司|任职单位|公司/单位|单位/公司|采购商|采购商名称|"
        "供应商|供应商名称|参会单位|参展单位|参展企业"
    ),
    "organization_native": (
        "chinese company name|chinese company|chinese organization|company name in chinese|company (chinese)|"
        "organization (native)|company name (native)|中文公司名|公司中文名|"
        "公司中文名称|works at (native name)"
    ),
    "organization_latin": (
        "公司英文名|公司英文名称|英文公司名|company (english)|organization (latin)|company name (english)|"
        "works at (english name)"
    ),
    "department": "department|organization department|division|dept|部门|所属部门|departamento",
    "email": (
        "email|e-mail|mail|email address|e-mail address|emails|correo|correo electrónico|邮箱|电子邮件|电子邮箱|"
        "邮件|邮箱地址|电邮|邮件地址|电子邮件地址|email (primary)|primary email|email addresses"
    ),
    "email:work": "work email|business email|company email|工作邮箱|公司邮箱|单位邮箱",
    "email:home": "home email|personal email|private email|个人邮箱|私人邮箱",
    "email:other": "other email|secondary email|additional emails|备用邮箱",
    "phone": (
        "phone|phone number|telephone|tel|tel.|telephone number|phones|primary phone|teléfono|电话|联系电话|"
        "电话号码|联系方式|主要电话|phone numbers"
    ),
    "phone:mobile": (
        "mobile|mobile phone|cell|cell phone|cellphone|mobile number|mobile phone number|móvil|celular|手机|"
        "手机号|手机号码|移动电话|行动电话|手提电话|phone, mobile|手机(微信同号)|手机号(微信同号)|手机号码(微信同号)|"
        "电话(微信同号)|手机/微信|微信/手机"
    ),
    "phone:work": (
        "business phone|work phone|office phone|direct phone|direct|办公电话|单位电话|工作电话|商务电话|座机|"
        "固定电话|固话|直线"
    ),
    "phone:work#2": "business phone 2|商务电话 2",
    "phone:company": "company main phone|main phone|company phone|单位主要电话|公司电话|总机",
    "phone:home": "home phone|住宅电话|家庭电话",
    "phone:home#2": "home phone 2|住宅电话 2",
    "phone:other": "other phone|其他电话|car phone|车载电话|radio phone|无绳电话",
    "phone:assistant": "assistant's phone|asst. phone|assistant phone|助理的电话",
    "phone:fax": "fax|business fax|work fax|fax number|商务传真|传真|传真号码|其他传真|other fax|home fax|住宅传真",
    "wechat": "wechat|wechat id|weixin|we chat|微信|微信号|微信id|wechat/微信|微信账号",
    "address": (
        "address|full address|mailing address|business address|work address|dirección|地址|公司地址|联系地址|"
        "通讯地址|单位地址|详细地址"
    ),
    "address_native": (
        "native address|chinese address|address (native)|address (chinese)|中文地址|address in own script"
    ),
    "address_latin": "英文地址|address (english)|address (latin)|english address",
    "street": "street|street address|mailing street|address line 1|address 1|街道",
    "street2": "address line 2|address 2|street 2|street, line 2",
    "city": "city|town|mailing city|ciudad|城市|市|所在城市|所在地|location city",
    "region": (
        "state|province|region|state/region|state/province|mailing state/province|mailing state|estado|省|省份|州|"
        "省市|地区|state or province"
    ),
    "postcode": (
        "zip|zip code|postal code|postcode|mailing zip/postal code|mailing postal code|mailing zip|邮编|邮政编码|"
        "zip or postal code"
    ),
    "country": "country|country/region|mailing country|nation|país|pais|国家|国家/地区|国别",
    "website": ("website|web page|url|web site|homepage|profile url|sitio web|网站|网址|网页|主页|公司网站"),
    "note": "note|notes|comment|comments|remarks|description|memo|notas|备注|附注|说明|注释|备忘",
    "languages": "language|languages|idioma|idiomas|语言|语种|speaks",
    "counselor": "counselor|counsellor|contact owner|lead owner|record owner|owner|顾问",
    "label": "labels|group membership|categories|tags|tag|category|groups|类别|标签|分组|分类",
    "uid": "uid|identifier",
}

NATIVE_FULL_NAMES = (
    "native name|chinese name|name native|name (chinese)|name in chinese|chinese full name|中文名|中文姓名"
)
"""Headings of the whole name in Chinese characters; the name in the column beside it is the one in Latin letters."""
