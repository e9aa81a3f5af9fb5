"""Look up people, shows and organizations visible to the actor by the names in a sentence."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from crm import names
from crm.core.data.base import db
from crm.core.data.identity import User
from crm.core.data.record import Record, visible
from crm.core.data.record_dates import RecordDates
from crm.core.deadline import check_time
from crm.core.forms.params import is_number
from crm.core.policy import Actor
from crm.core.search import search
from crm.names.folding import simplify_char
from crm.organizations.models import Organization
from crm.people.models import Affiliation, Person

from .sentence import NameMatch

MAX_RESULTS = 6
MAX_RESULTS_PER_PART = 3
"""People offered for a part of a name: a common surname has hundreds."""
MAX_SYLLABLES = 3
SCAN_LIMIT = 200
MAX_QUERY_CHARS = 60
_SHOW_WORD = re.compile(
    r"\b(?:fairs?|show|expo|exhibition|summit|mission|forum|conference|congress|convention|webinar|workshop|week"
    r"|matchmaking|delegation)\b|[会展节周博坛团]",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w'’&-]+")
NEVER = datetime.min.replace(tzinfo=UTC)


class NameLookup:
    """The lookup of one sentence; each text is searched once. `page_record`: the record on whose page it was typed."""

    def __init__(self, actor: Actor, page_record: str | int | None = None) -> None:
        self.actor = actor
        self.page_record = self._record(page_record)
        self.page_zone = self._zone(self.page_record)
        self._cache: dict[tuple[str, str], list[NameMatch]] = {}
        self._cities: dict[str, bool] = {}
        self._ids_on_page: set[int] = set()

    def people(self, text: str) -> Sequence[NameMatch]:
        """Return people of this name; only those of the page, its person or who works at its organization, if any."""
        matches = self._find_matches("person", text)
        return [match for match in matches if match.id in self._ids_on_page] or matches

    def shows(self, text: str) -> Sequence[NameMatch]:
        """Return shows of this name; a city alone doesn't name the show that takes place there."""
        return self._find_matches("show", text) if _names_a_show(text) and not self.is_city(text) else ()

    def organizations(self, text: str) -> Sequence[NameMatch]:
        return self._find_matches("organization", text)

    def full_names(self, texts: Collection[str]) -> Collection[str]:
        """Return those of the texts that are the full name of a person.

        In Latin letters the family name is first or last; Chinese characters are simplified ones.
        """
        texts_by_key: dict[str, set[str]] = {}
        for text in texts:
            for key in _list_full_name_keys(text):
                texts_by_key.setdefault(key, set()).add(text)
        people = (Record.kind == Person.__mapper_args__["polymorphic_identity"], Record.archived_at.is_(None))
        stmt = sa.select(Record.sort_key, Record.native_label).where(*people, Record.sort_key.in_(texts_by_key))
        rows = db.session.execute(stmt.where(visible(self.actor)).distinct())
        return {text for key, native in rows for text in texts_by_key[key] if _is_spelled(text, native)}

    def is_city(self, text: str) -> bool:
        """Whether someone visible to the actor is in a city of this name, in Latin letters or characters."""
        key = names.sort_key(text).replace(" ", "") if names.lang_of(text) else names.sort_key(text)
        if key not in self._cities:
            stmts = (
                sa.select(cls.id).where(cls.city_key == key, visible(self.actor, cls)).limit(1)
                for cls in (Organization, Person)
            )
            self._cities[key] = bool(key) and any(db.session.scalar(stmt) is not None for stmt in stmts)
        return self._cities[key]

    def find_colleague(self, text: str) -> NameMatch | None:
        """Return the active user of this name, or the only one of this first name.

        The first word of a Chinese name is the family name, which others have too.
        """
        rows = db.session.execute(sa.select(User.id, User.name, User.native_name).where(User.active)).all()
        same = [row for row in rows if text.casefold() in (row.name.casefold(), row.native_name)]
        matches = same or [row for row in rows if _is_first_name(text, row.name)]
        return NameMatch(matches[0].id, matches[0].name) if len(matches) == 1 else None

    def _record(self, record_id: str | int | None) -> Record | None:
        text = str(record_id or "")
        if not is_number(text):
            return None
        return db.session.scalar(sa.select(Record).where(Record.id == int(text), visible(self.actor)))

    def _zone(self, record: Record | None) -> str | None:
        if isinstance(record, Person | Organization):
            return record.zone
        return None

    def _find_matches(self, kind: str, text: str) -> list[NameMatch]:
        text = text.strip()[:MAX_QUERY_CHARS]
        if (kind, text) not in self._cache:
            self._cache[kind, text] = self._ask(kind, text) if text else []
        return self._cache[kind, text]

    def _ask(self, kind: str, text: str) -> list[NameMatch]:
        """Return exact matches, else records whose name contains each word; people by latest interaction."""
        check_time()
        rows = [r for r in search.search(self.actor, text, (kind,), limit=SCAN_LIMIT, typos=False) if not r.archived]
        if kind != "person":
            rows = (_choose_exact(rows, text) or _choose_by_words(rows, text, kind))[:MAX_RESULTS]
            return [NameMatch(row.id, row.label or row.native_label) for row in rows]
        last_met = self._last_met([row.id for row in rows])
        self._ids_on_page |= (on_page := self._find_on_page([row.id for row in rows]))
        rows.sort(key=lambda row: (row.id in on_page, last_met.get(row.id, NEVER)), reverse=True)
        people = _choose_exact(rows, text)[:MAX_RESULTS] or _choose_by_words(rows, text, kind)[:MAX_RESULTS_PER_PART]
        zones = self._zones([row.id for row in people])
        return [NameMatch(row.id, row.label or row.native_label, zones.get(row.id)) for row in people]

    def _find_on_page(self, ids: Sequence[int]) -> set[int]:
        """Return the person of the page, or the people who work at its organization, if they are among these people."""
        if not isinstance(self.page_record, Organization) or len(ids) < 2:
            return {self.page_record.id} & set(ids) if self.page_record is not None else set()
        works_there = (Affiliation.organization_id == self.page_record.id, Affiliation.to_on.is_(None))
        stmt = sa.select(Affiliation.person_id).where(*works_there, Affiliation.person_id.in_(ids))
        return set(db.session.scalars(stmt))

    def _last_met(self, ids: Sequence[int]) -> dict[int, datetime]:
        """Return the last interaction by person id, as visible to the actor; people without one are left out."""
        last = RecordDates.last_interaction_at
        stmt = (
            sa.select(RecordDates.record_id, last)
            .where(RecordDates.record_id.in_(ids), RecordDates.team_key.in_([0, *self.actor.team_ids]))
            .order_by(last)
        )
        return {record_id: moment for record_id, moment in db.session.execute(stmt) if moment is not None}

    def _zones(self, ids: Sequence[int]) -> dict[int, str | None]:
        if not ids:
            return {}
        return dict(db.session.execute(sa.select(Person.id, Person.zone).where(Person.id.in_(ids))).all())


def _choose_exact(rows: Sequence[search.SearchResult], text: str) -> list[search.SearchResult]:
    key = names.sort_key(text)
    return [row for row in rows if key == names.sort_key(row.label) or text == row.native_label]


def _choose_by_words(rows: Sequence[search.SearchResult], text: str, kind: str) -> list[search.SearchResult]:
    """Return the rows with each word in their name: as a whole word of the label, else as a syllable."""
    matches = [row for row in rows if _is_name(text, row.label, row.native_label)]
    words = [row for row in matches if _is_word(text, row.label)]
    if words or kind != "organization":
        return words or matches
    # Syllables here and there in a Chinese name are no name of it: Gao isn't 高雄, Wu Jian isn't 无锡北辰环境监测. But
    # Beijing Shui Wu is 北京市水务局: people's names have at most three words of one syllable.
    syllables = text.casefold().split()
    if len(syllables) > MAX_SYLLABLES or not all(len(names.split_latin(word) or ()) == 1 for word in syllables):
        return matches
    return [row for row in matches if len(syllables) > 1 and _has_in_a_row(row, syllables)]


def _has_in_a_row(row: search.SearchResult, syllables: Sequence[str]) -> bool:
    """Whether the name has these syllables one after the other, in characters or in Latin letters."""
    in_characters = f" {' '.join(syllables)} " in f" {names.sort_key(row.native_label)} "
    return in_characters or "".join(syllables) in names.sort_key(row.label).replace(" ", "")


def _is_name(text: str, label: str, native_label: str) -> bool:
    """Whether each word of the text is a word of the name. Search also matches organization, city and prefixes."""
    name_tokens = set(names.tokens(label, native_label).split())
    query_tokens = names.query_tokens(text)
    return bool(query_tokens) and name_tokens.issuperset(query_tokens)


def _list_full_name_keys(text: str) -> list[str]:
    """Return the sort keys of people with this name: the family name first, the syllables of the given name joined."""
    words = (names.sort_key(text) if names.lang_of(text) else text).split()
    orders = [words[first:] + words[:first] for first in range(len(words))]
    orders += [[words[0], "".join(words[1:])], ["".join(words[:2]), "".join(words[2:])]] if len(words) > 2 else []
    return [names.sort_key(" ".join(order)) for order in orders]


def _is_spelled(text: str, native_label: str) -> bool:
    """Whether a text in Latin letters, or in exactly these characters, is the name: many names have the same pinyin."""
    return not names.lang_of(text) or text == "".join(map(simplify_char, native_label))


def _names_a_show(text: str) -> bool:
    """Whether a text has a word for a show, or isn't a single word that may be a place (Suzhou, 苏州)."""
    if _SHOW_WORD.search(text) or names.lang_of(text):
        return bool(_SHOW_WORD.search(text))
    return " " in text or not names.split_latin(text.casefold())


def _is_word(text: str, label: str) -> bool:
    """Whether each word is a whole word of the label: "Li" means Li Hui rather than a syllable of Zhou Limin."""
    return set(_WORD.findall(text.casefold())) <= set(_WORD.findall(label.casefold()))


def _is_first_name(text: str, name: str) -> bool:
    words = name.casefold().split()
    return words[0] == text.casefold() and not all(map(names.split_latin, words))


def staff_addresses(sender: str) -> frozenset[str]:
    """Return the addresses of users, and our domain as "@center.example", to find the direction of an email."""
    mails = frozenset(m.lower() for m in db.session.scalars(sa.select(User.email)))
    domain = sender.rpartition("@")[2].strip("> ").lower()
    return mails | ({f"@{domain}"} if domain and domain != "localhost" else set())


def is_staff_name(name: str) -> bool:
    """Whether an active user has this name, in either script, or an address that begins with it."""
    is_address = User.email.istartswith(f"{name}@", autoescape=True)
    same = sa.or_(sa.func.lower(User.name) == name.lower(), User.native_name == name, is_address)
    return db.session.scalar(sa.select(sa.exists().where(User.active, same))) or False
