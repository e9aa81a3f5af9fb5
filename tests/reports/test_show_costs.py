"""Costs of shows in currencies with and without an exchange rate."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from html import unescape

from crm.core.data.base import db
from crm.reference.models import Rate
from crm.shows.services import save_show


def test_cost_without_an_exchange_rate_is_shown_in_its_currency(client, actor, clock):
    db.session.add(Rate(currency="CNY", on=date(2026, 1, 1), usd=Decimal("0.14")))
    day = dict.fromkeys(("starts_on", "ends_on"), date(2026, 3, 2))
    costs = (
        ("CIIE", 1000, "CNY"),
        ("Hannover Messe", 500, "EUR"),
        ("FHC", 60, "USD"),
        ("Webinar", None, "USD"),
        ("CES", 70, None),
    )
    for name, cost, currency in costs:
        save_show(actor("anna"), {"name": name, "zone": "Asia/Shanghai", "cost": cost, "currency": currency} | day)
    page = unescape(client.login_as("clara").get("/reports/shows?period=month").text)
    tile = re.search(r"Cost</span>\s*<span[^>]*>([^<]*)</span>\s*<span[^>]*>([^<]*)<", page)
    assert tile[1] == "$200 + €500"
    assert tile[2].endswith("1 show without a cost, 1 cost without a currency")
    rows = {
        cells[0]: cells[2] for line in re.findall(r"<tr.*?</tr>", page, re.DOTALL) if len(cells := _texts(line)) > 3
    }
    assert {name: rows[name] for name, _cost, _currency in costs} == {
        "CIIE": "$140",
        "Hannover Messe": "€500",
        "FHC": "$60",
        "Webinar": "",
        "CES": "70",
    }


def _texts(line: str) -> list[str]:
    cells = re.findall(r"<t[hd].*?</t[hd]>", line, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells]
