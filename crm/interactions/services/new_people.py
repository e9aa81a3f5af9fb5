"""Create people from typed names: "Li Wei", "周立民", "Tom Okafor <tom@clearair.example>"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crm import names
from crm.core.errors import Invalid
from crm.core.forms.new_records import RecordMaker
from crm.core.hooks import RECORD_MAKERS
from crm.core.i18n.countries import country_code
from crm.core.i18n.formats import lang
from crm.core.policy import Actor, default_counselor_id
from crm.core.search.search import search
from crm.core.words import _, _l
from crm.interactions.lookup import NameLookup
from crm.interactions.signature import FIELD, ORGANIZATION, TITLE
from crm.names.matching import is_family_first, split_chinese, usual_order
from crm.organizations.models import Organization
from crm.organizations.services import add_organization
from crm.people.models import Person
from crm.people.policy import DisplayOrder
from crm.people.queries import get_person
from crm.people.services import add_person, refresh_person_name, set_contact_details
from crm.records.policy import ContactMedium, PointLabel
from crm.records.queries import points_of
from crm.records.services import ContactPointValues, set_points
from crm.reference.cities import is_known_city

MAX_LATIN_CHARS, MAX_NATIVE_CHARS, MAX_ORGANIZATION_CHARS = 80, 40, 200
PINYIN_WORDS = 3
MAX_CODE_CHARS = 3
COUNTRY_CODES = frozenset({"US", "USA", "UK", "UAE", "PRC"})
ADDRESS = re.compile(r"[^\s@]+@\S+")
NAME_AND_EMPLOYER = re.compile(r"(?P<name>\S.*?),?\s+(?P<word>of|from|at)\s+(?P<place>\S.*)")
# Two words on each side, or Chinese characters: "Lopez, Maria" and "Amy Lopez, PhD" are names.
NAME_COMMA_EMPLOYER = re.compile(
    r"(?P<name>[^\s,，]+ [^,，]*|[\u3400-\u9fff·]{2,})\s*[,，(（]\s*"
    r"(?P<place>[^\s,，()（）]+ [^,，()（）]+|[\u3400-\u9fff]{4,})[)）]?"
)
NAME_AND_ADDRESS = re.compile(r'"?(?P<name>[^"<>]*?)"?\s*<(?P<address>[^\s<>]+@[^\s<>]+)>')


@dataclass(frozen=True)
class SenderDetails:
    """Contact details of the sender of an email, who is new (`text`, as typed) or on record (`person_id`)."""

    text: str = ""
    person_id: int | None = None
    latin: str = ""
    title: str = ""
    phone: str = ""
    wechat: str = ""

    @property
    def points(self) -> list[ContactPointValues]:
        """Return the phone number and WeChat name."""
        points = [
            ContactPointValues(ContactMedium.phone, PointLabel.work, self.phone),
            ContactPointValues(ContactMedium.wechat, PointLabel.other, self.wechat),
        ]
        return [point for point in points if point.raw]


def add_new_people(
    actor: Actor,
    texts: Sequence[str],
    organization_id: int | None = None,
    *,
    team_id: int | None = None,
    sender: SenderDetails | None = None,
) -> list[Person]:
    """Create people from typed names, at the organization if there is one, else in the team of the interaction.

    "Gao Lei 高磊 of Ningbo Harbor Tech" works at that organization, which is created unless one of exactly this name is
    on record; "Li Na from Chengdu" is in that city, "Tom from Germany" in that country.
    Of an email only the sender and people of the same domain work there. Raises Invalid, NotFound.
    """
    people = []
    for text in filter(str.strip, texts):
        is_colleague = sender is None or _domain(text) == _domain(sender.text)
        belongs_to = {"organization_id": organization_id if is_colleague else None, "team_id": team_id}
        people.append(_add(actor, text, belongs_to, sender if sender and sender.text == text else None))
    return people


def _domain(text: str) -> str:
    return text.rpartition("@")[2].strip("> ").lower()


def add_sender_points(actor: Actor, sender: SenderDetails) -> None:
    """Add the phone number and WeChat name to a sender on record; the stored ones stay. Raises NotFound, Forbidden."""
    add_contact_points(get_person(actor, sender.person_id or 0, "person:edit"), sender.points)


def add_contact_points(person: Person, points: Sequence[ContactPointValues]) -> None:
    """Add email addresses and phone numbers to a person on record; the stored ones stay."""
    stored = [ContactPointValues(row.medium, row.label, row.raw) for row in points_of([person.id])[person.id]]
    set_points(person, [*stored, *points], person.country, "people")
    refresh_person_name(person)


def add_new_organizations(actor: Actor, texts: Sequence[str], people: Sequence[str] = ()) -> list[Organization]:
    """Create organizations from typed names, in China if their name or that of their new people is Chinese.

    Raises Invalid.
    """
    country = "CN" if any(lang(text) for text in (*texts, *people)) else None
    return [add_organization(actor, {"name": text[:MAX_ORGANIZATION_CHARS], "country": country}) for text in texts]


def _add(actor: Actor, text: str, belongs_to: dict[str, Any], sender: SenderDetails | None = None) -> Person:
    name, mail = _name_and_address(text.strip())
    name = name or mail.partition("@")[0]
    # In the address of an email, as in Bureau of Water <office@water.example>, it is the name of an organization.
    if not mail:
        name, place = _name_and_place(actor, name)
        belongs_to = belongs_to | place
    parts = name_parts(f"{sender.latin} {name}" if sender and sender.latin else name)
    values = parts | belongs_to | {"counselor_id": default_counselor_id(actor)}
    person = add_person(actor, values | _title(sender, has_employer=bool(belongs_to.get("organization_id"))))
    points = [ContactPointValues(ContactMedium.email, PointLabel.work, mail)] if mail else []
    points += sender.points if sender else []
    if points:
        set_contact_details(actor, person, points, None)
    return person


def _name_and_address(text: str) -> tuple[str, str]:
    """Return name and address of "Gao, Lei <gao@lotus.example>" or of an address alone; any other text is a name."""
    if both := NAME_AND_ADDRESS.fullmatch(text):
        return both["name"], both["address"]
    return ("", text) if ADDRESS.fullmatch(text) else (text, "")


def _title(sender: SenderDetails | None, *, has_employer: bool) -> dict[str, str]:
    """Return the title of the position; without an employer it is a note."""
    if sender is None or not sender.title:
        return {}
    if not has_employer:
        return {"note": _("Title: %(title)s", title=sender.title)}
    return {"native_title" if lang(sender.title) else "title": sender.title}


def _name_and_place(actor: Actor, text: str) -> tuple[str, dict[str, Any]]:
    """Return a name, and what follows it as columns: "Gao Lei of Lotus Tech", "Li Na from Chengdu". Raises Invalid."""
    match = NAME_COMMA_EMPLOYER.fullmatch(text)
    if match and (place := _place_after_comma(actor, match["name"], match["place"])):
        return match["name"], place
    if match := NAME_AND_EMPLOYER.fullmatch(text):
        return match["name"], _place_of_person(actor, match["name"], match["place"], may_be_new=match["word"] != "from")
    return text, {}


def _place_after_comma(actor: Actor, name: str, place: str) -> dict[str, Any]:
    """Return what follows a name after a comma or in parentheses as columns; none if it remains part of the name.

    It may be a degree, a title or another name of the person: only what has a word for organizations becomes a new one.
    """
    if organization_id := _find_organization(actor, place, exactly=True):
        return {"organization_id": organization_id}
    if _is_organization(place):
        return _place_of_person(actor, name, place, may_be_new=True)
    if NameLookup(actor).is_city(place) or is_known_city(place):
        return {"city": place}
    return {"note": place} if lang(name) and lang(place) and " " not in place else {}


def _is_organization(text: str) -> bool:
    """Whether a text ends in a word for organizations, or has "of" after it: "Lotus Tech", "Bureau of Water"."""
    ends = [match.end() for match in ORGANIZATION.finditer(text)]
    has_word = any(end == len(text) or text.startswith(" of ", end) for end in ends)
    return has_word and not text[0].islower() and not TITLE.search(text) and not FIELD.fullmatch(text)


def _place_of_person(actor: Actor, name: str, place: str, *, may_be_new: bool) -> dict[str, Any]:
    """Return what follows a name as columns: city, organization of this name, or country.

    An unknown place is a new organization if `may_be_new`, else a note. Raises Invalid.
    """
    if NameLookup(actor).is_city(place):
        return {"city": place}
    if organization_id := _find_organization(actor, place):
        return {"organization_id": organization_id}
    if is_known_city(place):
        return {"city": place}
    # GE is a company rather than Georgia.
    if (len(place) > MAX_CODE_CHARS or lang(place) or place in COUNTRY_CODES) and (country := country_code(place)):
        return {"country": country}
    if may_be_new:
        return {"organization_id": add_new_organizations(actor, [place], [name])[0].id}
    return {"note": _("From %(place)s", place=place)}


def _find_organization(actor: Actor, name: str, *, exactly: bool = False) -> int | None:
    """Return the organization of this name; its legal form may differ, unless `exactly`. Raises Invalid for several."""
    key = names.organization_key(name)
    rows = [row for row in search(actor, key, ("organization",), typos=False) if not row.archived]
    same = [row for row in rows if key in (names.organization_key(row.label), names.organization_key(row.native_label))]
    equal = [row for row in same if names.fold(name) in (names.fold(row.label), names.fold(row.native_label))]
    matches = equal if exactly else equal or same
    if len(matches) > 1:
        raise Invalid(_("Add the person without the organization: several are named “%(name)s”.", name=name))
    return matches[0].id if matches else None


RECORD_MAKERS["person"] = RecordMaker(
    "person:make", _l("Create person “%(name)s”"), lambda actor, text: _add(actor, text, {}).id
)


def name_parts(text: str) -> dict[str, object]:
    """Return the name columns of a person. Which part is the family name is a guess."""
    text = " ".join(text.split())
    han = "".join(re.findall(r"[\u3400-\u9fff·]+", text))[:MAX_NATIVE_CHARS] if lang(text) else ""
    latin = re.sub(r"[\u3400-\u9fff·()（）]+", " ", text).split() if han else text.split()
    if not han:
        split = split_chinese(latin) if len(latin) <= PINYIN_WORDS else None
        if split:
            is_first = text.startswith(f"{split[0]} ")
            return _latin(split if is_first else split[::-1], family_first=is_first)
        return _latin(latin, family_first=_is_pinyin(latin))
    family, given_name = names.split_family(han)
    family_first = len(latin) < 2 or is_family_first(latin, family)
    parts = {"family_native": family, "given_native": given_name or None} | _latin(latin, family_first=family_first)
    order = usual_order(family, str(parts.get("given_latin") or ""))
    if not family_first and not _is_pinyin(latin):
        order = names.NameOrder.GIVEN_FIRST
    return parts | {"display_order": DisplayOrder.from_code(order)}


def _is_pinyin(words: Sequence[str]) -> bool:
    return len(words) <= PINYIN_WORDS and all(names.split_latin(word.casefold()) for word in words)


def _latin(words: Sequence[str], *, family_first: bool) -> dict[str, object]:
    """Return the columns of a Latin name: one word is a given name, else the first or the last is the family name."""
    if not words:
        return {}
    if len(words) == 1:
        return {"given_latin": words[0][:MAX_LATIN_CHARS]}
    family_name, given_names = (words[0], words[1:]) if family_first else (words[-1], words[:-1])
    columns: dict[str, object] = {
        "family_latin": family_name[:MAX_LATIN_CHARS],
        "given_latin": " ".join(given_names)[:MAX_LATIN_CHARS],
    }
    return columns | ({"display_order": DisplayOrder.family_first} if family_first else {})
