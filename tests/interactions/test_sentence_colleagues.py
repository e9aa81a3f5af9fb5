"""Colleagues in a sentence are our staff, not new people."""

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.interactions.lookup import NameLookup
from crm.interactions.models import InteractionStaff
from crm.interactions.sentence import ChipKind
from crm.people.models import Person
from tests.interactions.lookups import NEW, list_interactions, submitted_fields
from tests.interactions.sentences import read_text
from tests.tools.rows import count


def read_staff(text):
    """Return the users of a sentence, and the new people."""
    draft = read_text(text)
    new = [chip.label for chip in draft.of(ChipKind.person) if chip.value is None]
    return [chip.label for chip in draft.of(ChipKind.staff)], new


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("met Tom Okafor with Boris 30m", ["Boris Keller"]),
        ("met tom okafor with boris 30m", ["Boris Keller"]),
        ("Met Tom Okafor with Boris at Tri-Valley, 30m", ["Boris Keller"]),
        ("met Boris and Tom 20m", ["Boris Keller"]),
        ("talked to Boris Keller about the booth 10m", ["Boris Keller"]),
        ("met Jane Hargrove and Boris 20m", ["Boris Keller"]),
        ("lunch with 3 buyers and Boris", ["Boris Keller"]),
        ("visited Huayue with Boris 1h", ["Boris Keller"]),
        ("met Tom with Boris and Shen Yun", ["Boris Keller", "Shen Yun"]),
        ("met Tom with 沈云 20m", ["Shen Yun"]),
        ("met Boris, Tom Okafor and Zhou Limin", ["Boris Keller"]),
        ("met Tom and Boris at Huayue, Tom is their new CFO", ["Boris Keller"]),
        ("met Tom with Boris, he wants samples", ["Boris Keller"]),
        ("MET TOM OKAFOR W BORIS 30M", ["Boris Keller"]),
    ],
)
def test_colleague_is_our_staff(text, labels):
    staff, new = read_staff(text)
    assert (staff, set(new) <= {"Jane Hargrove"}) == (labels, True)


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "text",
    [
        "met Boris 20m",
        "called Boris about the booth",
        "Met with Boris at Tri-Valley 20m",
        "At Huayue, met with Boris 20m",
        "met Tom and Boris of Lotus Bridge 20m",
        "met Tom and Boris from Ningbo 20m",
        "met Tom and Boris (Lotus Bridge) 20m",
        "met Boris, Saltair CFO, and Tom Okafor",
        "met Boris, cfo of Saltair, and Tom Okafor",
        "call with Boris, Bay Cold Chain, and Tom Okafor 20m",
        "call with Boris, Otay Thermal, and Tom Okafor 20m",
        "met Tom Okafor and Boris, his assistant",
        "met Tom Okafor and Boris at Otay Thermal, Boris is their new CFO",
        "met Tom and Boris Yelnikov 20m",
        "met Tom and Boris Keller Ruiz 20m",
        "met Tom and Borislav 20m",
        "met Tom and Yun 20m",
        "met Tom and Boris Wei 伟 20m",
    ],
)
def test_name_that_may_be_of_someone_else_is_a_new_person(text):
    staff, new = read_staff(text)
    assert (staff, len(new)) == ([], 1)


@pytest.mark.one_engine
@pytest.mark.parametrize("text", ["met Tom's colleague Boris", "Boris will send Tom the report by Friday"])
def test_colleague_who_is_only_mentioned_is_no_staff(text):
    assert read_staff(text)[0] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Boris", "Boris Keller"),
        ("boris keller", "Boris Keller"),
        ("Shen Yun", "Shen Yun"),
        ("Shen", None),
        ("Yun", None),
        ("Keller", None),
        ("Bor", None),
        ("Boris K", None),
        ("", None),
    ],
)
def test_colleague_is_found_by_full_or_first_name(anna, text, name):
    user = NameLookup(anna).find_colleague(text)
    assert (user.label if user else None) == name


def test_colleague_who_left_or_shares_a_first_name_is_not_found(anna, people):
    people["dora"].name = "Boris Lindqvist"
    db.session.flush()
    assert NameLookup(anna).find_colleague("Boris") is None
    people["dora"].active = False
    db.session.flush()
    assert NameLookup(anna).find_colleague("Boris").id == people["boris"].id
    assert NameLookup(anna).find_colleague("Boris Lindqvist") is None


def test_colleague_is_saved_as_our_staff(web, wang, people):
    page = web.post("/interactions/log", data={"sentence": "met Wang Xiaoming with Boris 20m"}).text
    assert "<b>Our staff</b>" in page
    assert "as a new person" not in page
    web.post(NEW, data=submitted_fields(page))
    (row,) = list_interactions()
    staff = sa.select(InteractionStaff.user_id).where(InteractionStaff.interaction_id == row.id)
    assert set(db.session.scalars(staff)) == {people["anna"].id, people["boris"].id}
    assert count(Person) == 1


def test_person_on_record_is_no_colleague(web, wang):
    page = web.post("/interactions/log", data={"sentence": "met Wang Xiaoming and Rosa 20m"}).text
    assert "<b>Our staff</b>" not in page
