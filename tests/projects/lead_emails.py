"""Emails of consulates and officers about projects, in English, with what they say."""

from __future__ import annotations

from typing import Any, NamedTuple


class LeadEmail(NamedTuple):
    """An email as it is pasted, and its facts; what isn't listed isn't in it."""

    text: str
    facts: dict[str, Any]


def _english(subject: str, body: str, **facts: Any) -> LeadEmail:
    head = "From: Daniel Whitcombe <daniel@shanghai.post.example>\nSent: Monday, March 9, 2026 10:15 AM\n"
    head += f"To: anna@center.example\nSubject: {subject}\n\n"
    return LeadEmail(head + body + "\n\nBest regards,\nDaniel Whitcombe\nConsulate General Shanghai\n", facts)


ENGLISH_EMAILS = (
    _english(
        "New lead: Ningbo wastewater treatment plant",
        "Dear Anna,\n\nThe prime contractor is Huadong Water Engineering Group. "
        "The plant is worth about USD 24 million.\n"
        "Bids from subcontractors are due by April 18, 2026 at 5 PM local time. They look for ultrasonic meters.",
        name="Ningbo wastewater treatment plant",
        city="Ningbo",
        country="CN",
        prime="Huadong Water Engineering Group",
        bid_day="2026-04-18",
        bid_time="17:00",
        value="24000000",
        currency="USD",
        sectors=("water",),
        needs=("Ultrasonic meters",),
    ),
    _english(
        "Project information",
        "Project: Almaty Light Rail, Line 1\nLocation: Almaty, Kazakhstan\n"
        "Prime contractor: Zhongtian Railway Group (EPC)\n"
        "Owner: City of Almaty\nBid deadline: 30 June 2026\nValue: EUR 1.2 billion\nSector: rail",
        name="Almaty Light Rail, Line 1",
        city="Almaty",
        country="KZ",
        prime="Zhongtian Railway Group",
        owner="City of Almaty",
        bid_day="2026-06-30",
        value="1200000000",
        currency="EUR",
        sectors=("MIC05",),
    ),
    _english(
        "Re: FW: Suzhou smart city, phase II - bids due soon",
        "Anna, the tender closes on 12/18/2026. Huayue Municipal Engineering "
        "has won the EPC contract, budget RMB 620 million.",
        name="Suzhou smart city, phase II",
        city="Suzhou",
        country="CN",
        prime="Huayue Municipal Engineering",
        bid_day="2026-12-18",
        value="620000000",
        currency="CNY",
        sectors=("smart_city",),
    ),
    _english(
        "Meeting next week",
        "Hi Anna, thanks for the call. Can we talk again on Thursday? I may have something about a port.",
        sectors=("logistics",),
    ),
    _english(
        "Lead: cold chain hub in Karachi",
        "We heard in Islamabad that a cold chain hub will be built in Karachi. Investment is estimated at "
        "$85m. The prime is\nnot known yet. Expressions of interest should be submitted no later than May 4.",
        name="cold chain hub in Karachi",
        city="Karachi",
        country="PK",
        bid_day="2026-05-04",
        value="85000000",
        currency="USD",
        sectors=("logistics",),
    ),
    _english(
        "A tip for your members",
        "The contract for the Jakarta Sea Wall Monitoring Project was awarded to PT Nusantara Karya on March 2. They "
        "need water\nlevel sensors. No value was published, and there is no deadline yet.",
        name="Jakarta Sea Wall Monitoring Project",
        city="Jakarta",
        country="ID",
        prime="PT Nusantara Karya",
        sectors=("water",),
        needs=("Water level sensors",),
    ),
    _english(
        "FYI: Haiphong container terminal expansion",
        "Tan Cang Construction was named prime contractor last week. The owner is Haiphong Port Authority.\n"
        "Total investment: US$ 310 million; registration fee USD 500. Proposals must reach them before 2026/09/30.",
        name="Haiphong container terminal expansion",
        city="Haiphong",
        country="VN",
        prime="Tan Cang Construction",
        owner="Haiphong Port Authority",
        bid_day="2026-09-30",
        value="310000000",
        currency="USD",
        sectors=("logistics",),
    ),
    _english(
        "Update: Tashkent solar park",
        "Project name: TBD\nPrime: to be announced\nThe solar park near Tashkent (500 MW) gets funding of "
        "$400 million. One panel\ncosts $90. Our next call is on March 20.",
        name="Tashkent solar park",
        city="Tashkent",
        country="UZ",
        value="400000000",
        currency="USD",
        sectors=("clean_energy",),
    ),
    LeadEmail(
        "Begin forwarded message:\n\nFrom: Karen Ellis <karen@guangzhou.post.example>\nDate: March 9, 2026 at 9:00 AM\n"
        "Subject: Fwd: Shenzhen hospital upgrade\n\nGeneral contractor: Pengcheng Construction Co., Ltd.\n"
        "Deadline: Aug 3, 2026, 10:00\nBudget: CNY 95,000,000\n",
        {
            "name": "Shenzhen hospital upgrade",
            "city": "Shenzhen",
            "country": "CN",
            "prime": "Pengcheng Construction Co., Ltd",
            "bid_day": "2026-08-03",
            "bid_time": "10:00",
            "value": "95000000",
            "currency": "CNY",
            "sectors": ("medical",),
        },
    ),
    LeadEmail(
        "We met Lotus Power, prime contractor for a wind farm in Vietnam, called “Bac Lieu Wind” project. Their offer "
        "round\ncloses on June 1.",
        {
            "name": "Bac Lieu Wind",
            "country": "VN",
            "prime": "Lotus Power",
            "bid_day": "2026-06-01",
            "sectors": ("clean_energy",),
        },
    ),
    _english(
        "Possible opportunity - Nairobi Expressway Phase 2",
        "China Road Builders Group has been selected as general contractor for the works in Kenya. No dates yet.",
        name="Nairobi Expressway Phase 2",
        city="Nairobi",
        country="KE",
        prime="China Road Builders Group",
        sectors=("construction",),
    ),
    _english(
        "Invitation: dinner at the Consulate",
        "Please join us at the Consulate General Guangzhou on April 2 at 6 PM. RSVP by March 25.",
    ),
)
