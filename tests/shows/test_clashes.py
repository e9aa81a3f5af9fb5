"""All double bookings of a meeting in one message: people, staff, clients, tables, and planned interactions."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from crm.core.errors import Invalid
from crm.interactions.policy import InteractionState, InteractionType
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.records.services import set_confidentiality
from crm.shows.models import ShowMeeting
from crm.shows.services import save_show
from tests.factories import archived
from tests.shows.conftest import DAY
from tests.tools.rows import count


def refusal(meet, *args, **more):
    """Return the message and the field of a refused meeting."""
    with pytest.raises(Invalid) as refused:
        meet(*args, **more)
    return str(refused.value.message), refused.value.field


@pytest.fixture
def plan(actor):
    """Plan interactions on the show's day: `plan("anna", time(9), minutes=None)`."""

    def make(user_name, starts_at, *, kind=InteractionType.call, people=(), **more):
        values = {"state": InteractionState.planned, "type": kind, "zone": "Asia/Shanghai", "subject": "Call to Ningbo"}
        details = InteractionDetails(parties=[PartyValues(person_id=i) for i in people])
        return log_interaction(actor(user_name), values | {"wall": datetime.combine(DAY, starts_at)} | more, details)

    return make


def test_client_with_two_meetings_at_once_is_refused_until_confirmed(meet, show_records):
    meet(starts_at=time(10, 0))
    second = {"starts_at": time(10, 15), "table": "9", "host_id": None, "people": [show_records.li.id]}
    text = "ClearAir Sensors meets Jiangchuan at 10:00 AM, table 14. Choose another time or schedule anyway."
    assert refusal(meet, **second) == (text, "confirm_clash")
    assert meet(**second, confirm_clash=True).id
    meet("boris", starts_at=time(10, 15), table="3")


def test_interpreter_of_two_meetings_at_once_is_refused_until_confirmed(meet):
    meet("boris", table="3", interpreter="He Jing")
    second = {"starts_at": time(10, 45), "interpreter": "HE JING"}
    text = "HE JING interprets at another meeting at that time. Choose another time or schedule anyway."
    assert refusal(meet, **second) == (text, "confirm_clash")
    assert meet(**second, confirm_clash=True).id
    third = {"starts_at": time(11, 0), "client_id": None, "table": "5", "interpreter": "He Jing"}
    assert refusal(meet, **third)[0].startswith("He Jing interprets at 10:45 AM (ClearAir Sensors and Jiangchuan). ")
    meet(starts_at=time(11, 15), table="5", interpreter="He Jing")
    meet(starts_at=time(10, 45), client_id=None, table="6", interpreter="Lu Min")


@pytest.mark.parametrize("text", ["TBD", "tba", "Yes", "no", "None", "N/A", "?", "待定", "未定", "有", "無"])
def test_interpreter_without_a_name_is_in_no_other_meeting(meet, text):
    meet(interpreter=text, client_id=None)
    assert meet(starts_at=time(10, 45), table="5", interpreter=text).id


def test_interpreter_is_compared_without_extra_spaces(meet):
    meet("boris", table="3", interpreter="He  Jing")
    assert refusal(meet, starts_at=time(10, 45), interpreter=" he jing")[1] == "confirm_clash"


def test_table_in_full_width_digits_is_the_same_table(meet):
    meet(table="14")
    text = "Table １４ is booked at that time. Choose another table or time."
    assert refusal(meet, "boris", table="１４") == (text, "table")


def test_confirmation_does_not_put_a_person_at_two_tables(meet, show_records):
    meet(people=[show_records.li.id])
    message, field = refusal(meet, table="9", people=[show_records.li.id], confirm_clash=True)
    assert message.startswith("Hui Li meets ClearAir Sensors and Jiangchuan at 10:30 AM, table 14.")
    assert field == "people"
    assert count(ShowMeeting) == 1


def test_planned_call_of_a_staff_member_clashes_with_a_meeting(actor, meet, plan):
    plan("anna", time(9), place="Ningbo")
    morning = {"starts_at": time(9, 30), "staff": [actor("anna").id]}
    text = "Anna Reyes has “Call to Ningbo” at 9:00 AM. Choose another time or schedule anyway."
    assert refusal(meet, **morning) == (text, "confirm_clash")
    meet(**morning | {"starts_at": time(10)})


def test_planned_interaction_ends_after_its_minutes(actor, meet, plan, show_records):
    plan("anna", time(9), minutes=30, people=[show_records.li.id])
    assert "Hui Li has “Call to Ningbo”" in refusal(meet, starts_at=time(9, 29), people=[show_records.li.id])[0]
    meet(starts_at=time(9, 30), people=[show_records.li.id], staff=[actor("anna").id])


@pytest.mark.parametrize(
    "more",
    [{"kind": InteractionType.email}, {"kind": InteractionType.note}, {"state": InteractionState.canceled}],
    ids=str,
)
def test_email_note_or_canceled_call_does_not_clash(actor, meet, plan, more):
    plan("anna", time(10, 30), **more)
    assert meet(staff=[actor("anna").id]).id


def test_clash_with_a_confidential_interaction_names_only_the_staff_member(actor, meet, plan):
    set_confidentiality(plan("anna", time(10, 30)), confidential=True, readers=[])
    message, _field = refusal(meet, "shen", staff=[actor("anna").id])
    assert message == "Anna Reyes has another appointment at that time. Choose another time or schedule anyway."


def test_one_message_names_every_clash(actor, meet, plan, show_records):
    anna, li = actor("anna").id, show_records.li.id
    meet(starts_at=time(10, 0), table="12", staff=[anna])
    meet("boris", starts_at=time(10, 15), table="7", people=[li])
    meet(starts_at=time(10, 30), table="9", client_id=None)
    plan("anna", time(10, 20))
    message, field = refusal(meet, starts_at=time(10, 15), table="9", people=[li], staff=[anna])
    assert message == (
        "Anna Reyes meets ClearAir Sensors and Jiangchuan at 10:00 AM, table 12. "
        "Hui Li has another meeting at that time. "
        "Table 9 is booked at 10:30 AM (Jiangchuan). "
        "Anna Reyes has “Call to Ningbo” at 10:20 AM. Choose another time."
    )
    assert field == "people"


def test_meeting_form_offers_to_schedule_anyway(client, trade_show, meet, show_records):
    meet(starts_at=time(10, 0))
    anna, data = (
        client.login_as("anna"),
        {
            "day": DAY.isoformat(),
            "time": "10:15",
            "minutes": "30",
            "state": "agreed",
            "client_id": show_records.client.id,
            "people": show_records.li.id,
        },
    )
    path = f"/shows/{trade_show.id}/meetings/new"
    assert "data-day-confirm hidden>" in anna.get(path).text
    refused = anna.post(path, data=data)
    assert refused.status_code == 422
    assert "Choose another time or schedule anyway." in refused.text
    assert "data-day-confirm>" in refused.text
    assert anna.post(path, data=data | {"confirm_clash": "y"}).status_code == 303
    assert count(ShowMeeting) == 2


def test_planning_a_call_at_the_time_of_a_meeting_asks_first(client, actor, meet):
    meet(starts_at=time(9, 30), staff=[actor("anna").id])
    anna = client.login_as("anna")
    data = {
        "state": "planned",
        "type": "call",
        "day": DAY.isoformat(),
        "time": "09:00",
        "zone": "Asia/Shanghai",
        "staff": str(actor("anna").id),
        "subject": "Call to Ningbo",
    }
    refused = anna.post("/interactions/new", data=data)
    assert refused.status_code == 422
    assert "Anna Reyes meets ClearAir Sensors and Jiangchuan at 9:30 AM, table 14." in refused.text
    assert "Schedule anyway" in refused.text
    assert anna.post("/interactions/new", data=data | {"type": "email"}).status_code == 303
    assert anna.post("/interactions/new", data=data | {"confirm_days": "y"}).status_code == 303


def test_meetings_of_an_archived_show_book_nobody(actor, meet, trade_show, show_records):
    other = save_show(actor("anna"), {"name": "Forum", "zone": "Asia/Shanghai", "starts_on": DAY, "ends_on": DAY})
    meet(people=[show_records.li.id])
    assert "Hui Li meets" in refusal(meet, show=other, people=[show_records.li.id])[0]
    archived(trade_show, "Canceled")
    assert meet(show=other, people=[show_records.li.id]).id
