"""Headings that are made of parts: Google's numbered groups, Outlook's Business/Home/Other in two languages."""

from __future__ import annotations

import re

_GOOGLE = re.compile(r"(e-?mail|phone|address|website|organization) (\d{1,2}) - (.+)", re.IGNORECASE)
_GOOGLE_PARTS = {
    "email": {"label": "email_label", "type": "email_label", "value": "email"},
    "phone": {"label": "phone_label", "type": "phone_label", "value": "phone"},
    "website": {"value": "website"},
    "organization": {"name": "organization", "title": "title", "department": "department"},
    "address": {
        "label": "address_label",
        "type": "address_label",
        "formatted": "address",
        "street": "street",
        "city": "city",
        "region": "region",
        "postal code": "postcode",
        "country": "country",
        "extended address": "street2",
        "po box": "po_box",
    },
}
_OUTLOOK = re.compile(
    r"(business|home|other) (street|street 2|street 3|city|state|postal code|country/region|country|address po box)",
    re.IGNORECASE,
)
_OUTLOOK_PARTS = {
    "street": "street",
    "street 2": "street2",
    "street 3": "street3",
    "city": "city",
    "state": "region",
    "postal code": "postcode",
    "country/region": "country",
    "country": "country",
    "address po box": "po_box",
}
_OUTLOOK_LABELS = {
    "business": "work",
    "home": "home",
    "other": "other",
    "商务": "work",
    "住宅": "home",
    "其他": "other",
}
_CHINESE = re.compile(r"(商务|住宅|其他)地址 ?(?:- ?)?(街道 ?[23]?|市/县|省/市/自治区|邮政编码|国家/地区|邮箱)")
_CHINESE_PARTS = {
    "街道": "street",
    "街道2": "street2",
    "街道3": "street3",
    "市/县": "city",
    "省/市/自治区": "region",
    "邮政编码": "postcode",
    "国家/地区": "country",
    "邮箱": "po_box",
}
_MAIL = re.compile(r"(?:e-?mail|email address|电子邮件) ?([2-5]) ?(?:address|地址)?", re.IGNORECASE)
_NUMBERED = re.compile(r"(phone|mobile|telephone|电话|手机) ?([2-9])", re.IGNORECASE)


def group_code(heading: str) -> str | None:
    """Return the code of a heading made of parts; "" for a known part that isn't imported, None for other headings."""
    text = " ".join(heading.split())
    if match := _GOOGLE.fullmatch(text):
        return _google(match[1].lower().replace("-", ""), match[2], match[3].lower())
    if match := _OUTLOOK.fullmatch(text):
        return f"{_OUTLOOK_PARTS[match[2].lower()]}:{_OUTLOOK_LABELS[match[1].lower()]}"
    if match := _CHINESE.fullmatch(text):
        return f"{_CHINESE_PARTS[match[2].replace(' ', '')]}:{_OUTLOOK_LABELS[match[1]]}"
    if match := _MAIL.fullmatch(text):
        return f"email#{match[1]}"
    if match := _NUMBERED.fullmatch(text):
        return f"phone{':mobile' if match[1].lower() in {'mobile', '手机'} else ''}#{match[2]}"
    return None


def _google(kind: str, number: str, part: str) -> str:
    code = _GOOGLE_PARTS[kind].get(part, "")
    if not code:
        return ""
    # Only the first organization is imported; others would need a second affiliation.
    if kind == "organization":
        return code if number == "1" else ""
    return f"{code}#{number}"
