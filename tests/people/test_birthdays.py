"""A person's birthday: month and day, the year optional."""

from __future__ import annotations

from datetime import date

import pytest

from crm.core.errors import Invalid
from crm.people.policy import Month, birth_date, birthday_in
from crm.people.services import change_person
from tests.factories import person


def test_birth_date_is_in_a_leap_year_without_a_year():
    assert birth_date(Month.february, 29, None) == date(2000, 2, 29)
    assert birth_date(Month.march, 14, 1966) == date(1966, 3, 14)
    assert birth_date(None, None, None) is None


def test_birthday_of_february_29_is_the_day_before_in_other_years():
    assert [birthday_in(year, Month.february, 29).day for year in (2024, 2025)] == [29, 28]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"birth_month": Month.february, "birth_day": 30}, "birth_day"),
        ({"birth_month": Month.february}, "birth_day"),
        ({"birth_day": 3}, "birth_day"),
        ({"birth_month": Month.march, "birth_day": 3, "birth_year": 1899}, "birth_year"),
        ({"birth_month": Month.march, "birth_day": 3, "birth_year": 20000}, "birth_day"),
    ],
)
def test_date_that_does_not_exist_is_refused(session, people, actor, values, field):
    row = person("Zhou", "Limin")
    with pytest.raises(Invalid) as refused:
        change_person(actor("anna"), row, values)
    assert refused.value.field == field


def test_birthday_is_saved_by_the_form_and_shown(client, people):
    row = person("Zhou", "Limin", shared=True)
    anna = client.login_as("anna")
    data = {"family_latin": "Zhou", "display_order": "given_first", "version": row.version}
    birth = {"birth_month": "03", "birth_day": "14", "birth_year": "1966"}
    assert anna.post(f"/people/{row.id}/edit", data=data | birth).status_code == 303
    assert "Mar 14, 1966" in anna.get(f"/people/{row.id}").text
