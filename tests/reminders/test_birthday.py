"""The reminder of a birthday: off by default, one line on the day or on the next working day."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from crm.mail.explain import explain_reminders
from crm.people.policy import Month
from crm.reminders.kinds import load_kinds
from crm.reminders.models import ReminderSetting
from crm.reminders.services import set_enabled_kinds
from tests.factories import make_confidential, person
from tests.reminders.digest_data import MORNING, html_of


@pytest.fixture
def anna_with_birthdays(anna):
    """Turn the kind on for anna."""
    set_enabled_kinds(anna.id, [kind.code for kind in load_kinds()], load_kinds())
    return anna


def born(anna, month: Month, day: int, year: int | None = None, name: str = "Limin"):
    return person("Zhou", name, counselor=anna, birth_month=month, birth_day=day, birth_year=year)


def test_kinds_are_turned_on_and_off_for_one_user(anna, people, session):
    kinds, clara = load_kinds(), people["clara"]
    codes, defaults = [kind.code for kind in kinds], [kind.code for kind in kinds if kind.is_default]
    stmt = sa.select(ReminderSetting.user_id, ReminderSetting.enabled).distinct()
    set_enabled_kinds(anna.id, [], kinds)
    set_enabled_kinds(clara.id, codes, kinds)
    set_enabled_kinds(anna.id, [*defaults, "birthday"], kinds)
    assert set(map(tuple, session.execute(stmt))) == {(anna.id, True), (clara.id, True)}
    set_enabled_kinds(anna.id, defaults, kinds)
    assert set(map(tuple, session.execute(stmt))) == {(clara.id, True)}


def test_kind_is_off_by_default(mails, anna):
    born(anna, Month.march, 10)
    assert mails() == {}


def test_birthday_is_one_line_of_the_digest_on_the_day(mails, anna_with_birthdays):
    born(anna_with_birthdays, Month.march, 10, 1966)
    born(anna_with_birthdays, Month.march, 11, name="Tomorrow")
    born(anna_with_birthdays, Month.march, 9, name="Yesterday")
    digest = mails()["digest"]
    assert "Birthday today: Limin Zhou\n      60 years old\n" in digest.text
    assert digest.text.count("Birthday") == html_of(digest).count("Birthday") == 1


def test_birthday_on_a_weekend_is_in_the_digest_of_monday(mails, anna_with_birthdays):
    born(anna_with_birthdays, Month.march, 14)
    friday, monday = MORNING + timedelta(days=3), MORNING + timedelta(days=6)
    assert mails(friday) == {}
    assert "Birthday on Sat, Mar 14: Limin Zhou" in mails(monday)["digest"].text


def test_february_29_is_february_28_in_other_years(mails, anna_with_birthdays):
    born(anna_with_birthdays, Month.february, 29)
    monday = MORNING - timedelta(days=8, hours=-1)  # 07:30 of standard time
    assert "Birthday on Sat, Feb 28: Limin Zhou" in mails(monday)["digest"].text


def test_people_of_other_counselors_and_archived_people_are_omitted(mails, anna_with_birthdays, actor):
    born(actor("clara"), Month.march, 10)
    born(anna_with_birthdays, Month.march, 10).archived_at = MORNING
    assert mails() == {}


@pytest.mark.usefixtures("access_without_links")
def test_name_of_a_confidential_person_is_omitted(mails, anna_with_birthdays):
    make_confidential(
        person("Zhou", "Limin", team="Inland", counselor=anna_with_birthdays, birth_month=Month.march, birth_day=10)
    )
    text = mails()["digest"].text
    assert ("confidential item" in text, "Limin" in text) == (True, False)


def test_page_explains_that_the_kind_is_off(anna):
    row, other = born(anna, Month.march, 10), person("Li", "Na", counselor=anna)
    assert f"{anna.name} turned off “Birthdays”." in explain_reminders(anna, row.id, MORNING).reasons
    assert explain_reminders(anna, other.id, MORNING).reasons == ["No birthday is entered for this person."]
    set_enabled_kinds(anna.id, [kind.code for kind in load_kinds()], load_kinds())
    assert (
        f"The counselor is {anna.name} and gets this in the daily digest."
        in explain_reminders(anna, row.id, MORNING).reasons
    )


def test_user_turns_the_kind_on(client, anna):
    page = client.login_as("anna")
    assert 'value="birthday"' in page.get("/profile/reminders").text
    codes = [kind.code for kind in load_kinds() if kind.concerns(anna)]
    data = {"enabled_kinds": codes, "uid": "b3b7f2c0-0000-4000-8000-000000000002"}
    assert page.post("/profile/reminders", data=data).status_code == 303
    assert 'value="birthday" checked' in page.get("/profile/reminders").text
