"""Every route, every person, every way a record can stand: the status, and a database no refusal changes."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.laws import expected as oracle
from tests.laws.application import House
from tests.laws.build_dataset import Subject
from tests.laws.dataset import word_of
from tests.laws.expected import PEOPLE, Verdict, Way
from tests.laws.routes import Ask, asks, is_public, methods_of, rules, unknown

# Each line these walk through is held by the tests of its feature; counting them again takes a third of the time.
pytestmark = pytest.mark.no_cover

WORKS = frozenset({200, 303, 400, 409, 422, 429})
"""What may come of a request that is allowed: a page, a way on, or a refusal of what was typed (nothing, here)."""
STATUS = {Verdict.no_right: {403}, Verdict.hidden: {404}, Verdict.refused: {403}, Verdict.done: WORKS}
NAMES_NOTHING = ("opportunities.undo",)
"""Views whose addresses name something that is there for the maker only: a move of one's own, ten minutes long."""
# The word "form" is in the page of a bad token only.
BAD_TOKEN = "Your session expired"


def everything(house: House, who: str, every: int = 1) -> list[Ask]:
    """All requests of all rules that must be refused; of those that may be done two of each, others for each person.

    `every` third of the refused ones, and one of those done, is enough where the other engine gets all of them.
    """
    found: list[Ask] = []
    turn = list(PEOPLE).index(who)
    picked = (turn, 3 * turn + 1) if every == 1 else (turn,)
    for rule in rules(house.app):
        some = asks(house.scene, house.app, rule)
        refused = [ask for ask in some if expected(who, ask) is not Verdict.done]
        found += refused[turn % every :: every]
        for method in methods_of(rule):
            done = [ask for ask in some if ask.method == method and expected(who, ask) is Verdict.done]
            found += {done[i % len(done)].path: done[i % len(done)] for i in picked if done}.values()
    return found


def expected(who: str, ask: Ask) -> Verdict:
    """The oracle's word."""
    person = PEOPLE[who]
    if is_public(ask.endpoint):
        return Verdict.done
    if ask.missing:
        return Verdict.hidden if oracle.holds(person, ask.endpoint) else Verdict.no_right
    if ask.kept is not None:
        return oracle.verdict_of_kept(person, ask.endpoint, ask.method, ask.kept)
    return oracle.verdict(person, ask.endpoint, ask.methods, way_of(ask.subject))


def way_of(subject: Subject | None) -> Way | None:
    """How a row stands; only cases are held for export, and their files with them."""
    if subject is None or subject.way is None or subject.word == word_of("opportunity", subject.way.name):
        return subject.way if subject else None
    return replace(subject.way, hold=False)


def _names_held(person: oracle.Who, subject: Subject) -> bool:
    """Whoever clears export questions reads in a held case whose it is, and nothing else of that client."""
    held = subject.way is not None and subject.way.hold and not subject.way.confidential
    return person.compliance and subject.kind == "organization" and held


def hidden_words(house: House, who: str) -> re.Pattern[str]:
    """The words of all records that a person, or a guest, must never read."""
    person = PEOPLE.get(who)
    seen = [s for s in house.scene.told() if person and (_names_held(person, s) or oracle.sees(person, way_of(s)))]
    secret = [s.word for s in house.scene.told() if s not in seen]
    mails = [s.word for s in house.scene.subjects["mail"] if s.kept and s.kept.owner != who]
    return re.compile("|".join(map(re.escape, {*secret, *mails})), re.IGNORECASE)


def _fault(house: House, who: str, ask: Ask, secrets: re.Pattern[str]) -> str:
    wanted = expected(who, ask)
    # A refusal in JSON is quicker to write; what it says in HTML is for the laws of pages.
    accept = {} if wanted is Verdict.done else {"Accept": "application/json"}
    answer = house.ask(who, ask.method, ask.path, headers=accept)
    fine = (
        STATUS[wanted]
        | ({503} if ask.endpoint == "healthz" else set())
        | ({404} if ask.endpoint in NAMES_NOTHING or is_public(ask.endpoint) else set())
    )
    about = f"{ask.subject.kind} {ask.way.name if ask.way else ''}" if ask.subject else ""
    said = f"{ask.method} {ask.path} ({ask.endpoint}, {about})"
    if answer.status not in fine or (answer.status == 400 and BAD_TOKEN in answer.text):
        return f"{said}: {answer.status}, wanted {wanted.name}{' ' + answer.text[:120] if answer.status == 500 else ''}"
    if leak := secrets.search(answer.text) or secrets.search(answer.location):
        return f"{said}: tells {leak[0]}: {answer.text[max(0, leak.start() - 80) : leak.end() + 20]!r}"
    if answer.status >= 400 and answer.wrote and not house.is_unchanged_by(who, ask.method, ask.path):
        return f"{said}: refused with {answer.status}, and changed {sorted(answer.wrote)}"
    return ""


@pytest.mark.parametrize("who", PEOPLE)
def test_every_route_does_what_the_table_says(house, who, engine):
    before = house.fingerprint()
    secrets = hidden_words(house, who)
    faults = [
        fault
        for ask in everything(house, who, 1 if engine == "sqlite" else 3)
        if (fault := _fault(house, who, ask, secrets))
    ]
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:200])
    assert house.fingerprint() == before


def _any(house: House) -> list[Ask]:
    """One request of each rule and method, about a record that is there."""
    asked = [(rule, asks(house.scene, house.app, rule)) for rule in rules(house.app)]
    return [next(a for a in some if a.method == m) for rule, some in asked if some for m in methods_of(rule)]


def test_guests_are_led_to_the_gate_and_told_nothing(house):
    secrets, before = hidden_words(house, "guest"), house.fingerprint()
    for ask in _any(house):
        if is_public(ask.endpoint):
            continue
        answer = house.ask("guest", ask.method, ask.path)
        if ask.method == "GET":
            assert (answer.status, answer.location.split("=")[0]) == (303, "/login?next"), ask
        else:
            assert answer.status == 401, ask
        assert not secrets.search(answer.text), ask
        assert not answer.wrote, ask
    assert house.fingerprint() == before


@pytest.mark.parametrize("who", ["guest", "anna", "admin"])
def test_a_form_without_its_token_is_refused_before_all_else(house, who):
    answers = [(a.path, house.ask(who, a.method, a.path, token=False)) for a in _any(house) if a.method != "GET"]
    assert len(answers) > 50
    assert [(path, x.status) for path, x in answers if x.status != 400 or BAD_TOKEN not in x.text] == []
    assert [path for path, x in answers if x.wrote] == []


def test_scene_has_something_behind_every_address(house):
    assert unknown(house.scene, house.app) == []


def test_every_right_has_a_rule_and_every_route_a_right(house):
    from crm.core.policy import RULES
    from crm.core.web.blueprint import PUBLIC, RIGHTS

    routes = {rule.endpoint for rule in rules(house.app)}
    assert routes - RIGHTS.keys() == set()
    assert {RIGHTS[r] for r in routes} - {PUBLIC} - RULES.keys() == set()
    assert {r for r in routes if RIGHTS[r] == PUBLIC} == set(oracle.PUBLIC)


def test_oracle_names_only_routes_that_are_there(house):
    views = {rule.endpoint for rule in rules(house.app)}
    known = views | {f"{view.partition('.')[0]}.*" for view in views}
    named = {
        *oracle.HELD_BY_FEW,
        *oracle.HIDDEN_FROM_CHINA_DESK,
        *oracle.PUBLIC,
        *(n for n in oracle.NAMED if "." in n),
    }
    assert named - known == set()


ASKED_BY_NAME = (
    "about",
    "at",
    "buyer",
    "case",
    "client",
    "followup",
    "host",
    "id",
    "meeting",
    "need",
    "opportunity",
    "organization",
    "person",
    "product",
    "project",
    "record",
    "rep",
    "representation",
    "show",
    "source",
)
"""What addresses call the record that fills a form."""


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_no_page_fills_itself_with_what_is_hidden(house):
    secrets = hidden_words(house, "anna")
    pages = [a.path for a in _any(house) if a.method == "GET" and a.subject is None and not is_public(a.endpoint)]
    hidden = [s for s in house.scene.records() if s.way and s.way.name == "secret_bay"]
    assert len(pages) > 20
    assert len(hidden) > 7
    told = []
    for path in pages:
        for subject in hidden:
            asked = "&".join(f"{name}={subject.id}" for name in ASKED_BY_NAME)
            answer = house.ask("anna", "GET", f"{path}?{asked}")
            if answer.status >= 500 or (leak := secrets.search(answer.text)):
                told.append((path, subject.kind, answer.status, leak and leak[0]))
    assert told == []


def test_rows_of_another_record_are_not_reached_through_ones_own(house):
    """An address with two numbers must not open the second one by the right on the first one."""
    wrong = []
    for rule in rules(house.app):
        if not {"id"} < rule.arguments or rule.endpoint in ("opportunities.test", "projects.settle"):
            continue
        both = [
            a for a in asks(house.scene, house.app, rule) if a.subject and a.way and a.way.name in ("shared", "inland")
        ]
        theirs = [a for a in asks(house.scene, house.app, rule) if a.subject and a.way and a.way.name == "secret_bay"]
        for mine, other in zip(both, theirs, strict=False):
            mixed = _mixed(mine.path, other.path)
            answer = house.ask("anna", mine.method, mixed)
            if answer.status != 404 or answer.wrote:
                wrong.append((mine.method, mixed, answer.status))
    assert wrong == []


def _mixed(mine: str, other: str) -> str:
    """The first number of one address, the others of the other one."""
    first = iter(re.findall(r"\d+", mine)[:1])
    return re.sub(r"\d+", lambda m: next(first, m[0]), other)
