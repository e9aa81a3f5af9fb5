"""What an email says about a project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import NamedTuple


class LeadNeed(NamedTuple):
    """What the project or its prime looks for, as written; `quantity` such as "200" or "20 sets", or ""."""

    title: str
    quantity: str = ""


@dataclass(frozen=True)
class LeadContact:
    """A person at the owner or the prime, by the `party` whose contact it is ("" if that isn't clear)."""

    name: str
    title: str = ""
    phone: str = ""
    email: str = ""
    party: str = ""


@dataclass(frozen=True)
class LeadFacts:
    """The facts of a lead; empty where the email doesn't name them.

    `country` is an ISO code, `sectors` are codes of the shipped list, `bid_time` is local at the project.
    """

    name: str = ""
    native_name: str = ""
    city: str = ""
    country: str = ""
    prime: str = ""
    owner: str = ""
    bid_day: date | None = None
    bid_time: time | None = None
    value: Decimal | None = None
    currency: str = ""
    sectors: tuple[str, ...] = ()
    needs: tuple[LeadNeed, ...] = ()
    contact: LeadContact | None = None
