"""Headings of columns that are never imported, and of columns that mean nothing to an import."""

from __future__ import annotations

from crm.core.words import Lazy, _l

_IDENTITY = _l("ID numbers aren't imported.")
_PRIVATE = _l("Personal details aren't imported.")
_MONEY = _l("Bank details aren't imported.")
_SECRET = _l("Passwords aren't imported.")

BLOCKED_HEADINGS: tuple[tuple[Lazy, str], ...] = (
    (
        _IDENTITY,
        (
            "government id number|government id|organizational id number|id number|id no|id no.|id card|"
            "id card number|national id|ssn|social security number|social security|passport|passport number|"
            "passport no|passport no.|driver's license|visa number|身份证编号|身份证|身份证号|身份证号码|证件号|"
            "证件号码|证件编号|工作证号码|护照|护照号|护照号码|通行证号码|社保号"
        ),
    ),
    (
        _PRIVATE,
        (
            "gender|sex|birthday|birth date|birthdate|date of birth|dob|age|spouse|children|anniversary|"
            "marital status|religion|race|ethnicity|disability|political affiliation|health|blood type|hobby|"
            "partner's name|home town|maiden name|性别|生日|出生日期|出生年月|年龄|配偶|子女|纪念日|婚姻状况|婚否|"
            "宗教|民族|政治面貌|血型|籍贯|业余爱好|健康状况|sexo|cumpleaños"
        ),
    ),
    (
        _MONEY,
        (
            "bank account|bank account number|account number|iban|credit card|card number|银行账号|银行帐号|银行卡号|"
            "开户行|信用卡"
        ),
    ),
    (_SECRET, "password|pin|密码"),
)
"""Headings of columns that are never imported, with the reason shown. Mapping them by hand is refused too."""

BLOCKED_PARTS: tuple[tuple[Lazy, str], ...] = (
    (_IDENTITY, "身份证|护照|passport|governmentid|socialsecurity|nationalid|证件号"),
    (_PRIVATE, "birthday|dateofbirth|生日|出生|婚姻|配偶|maritalstatus|政治面貌"),
    (_SECRET, "password|密码"),
)
"""Parts of headings that are enough to block a column: 参会人身份证号(必填)."""

UNUSED = (
    "callback|pager|isdn|telex|tty/tdd phone|回电话|寻呼机|电报|tty/tdd 电话|phone type|email type|e-mail type|"
    "e-mail 2 type|e-mail 3 type|e-mail display name|e-mail 2 display name|e-mail 3 display name|电子邮件类型|"
    "电子邮件显示名称|电子邮件 2 类型|电子邮件 2 显示名|电子邮件 3 类型|电子邮件 3 显示名|email opt out|"
    "fax opt out|do not call|connected on|record id|photo|file as|phonetic middle name|经理姓名|助理的姓名|"
    "assistant's name|manager's name|推荐人|推荐人姓名|紧急联系人|紧急联系人姓名|紧急联系电话|emergency contact|"
    "emergency phone|email language|last interaction|last contact|next step|problem"
)
"""Headings that look like those of a field but aren't: no field is suggested for them."""
