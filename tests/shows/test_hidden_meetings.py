"""A meeting with a confidential client, host or person is visible only to those who may see all of them."""

from __future__ import annotations

from datetime import time

import pytest

from crm.core.errors import Invalid, NotFound
from crm.records.services import set_confidentiality
from crm.shows.models import ShowMeeting
from crm.shows.queries import agenda, get_meeting
from crm.shows.services import save_meeting
from tests.factories import make_confidential, person
from tests.shows.conftest import DAY
from tests.tools.rows import count

SECRET = {"interpreter": "Ms. Fang", "note": "They sell the plant"}


@pytest.fixture
def hidden(actor, meet, show_records):
    """Return a meeting of a client that anna made confidential."""
    created = meet(**SECRET)
    set_confidentiality(show_records.client, confidential=True, readers=[])
    return created


def test_show_page_omits_a_hidden_meeting(client, trade_show, hidden):
    page = client.login_as("dora").get(f"/shows/{trade_show.id}").text
    assert "Ms. Fang" not in page
    assert "They sell the plant" not in page
    assert "10:30 AM" not in page
    assert "They sell the plant" in client.login_as("anna").get(f"/shows/{trade_show.id}").text


def test_hidden_meeting_cannot_be_opened_or_canceled_by_others(client, hidden, actor):
    with pytest.raises(NotFound):
        get_meeting(actor("dora"), hidden.id)
    dora, before = client.login_as("dora"), hidden.state
    path, data = f"/shows/meetings/{hidden.id}", {"state": "canceled", "version": hidden.version}
    assert [dora.get(path).status_code, dora.post(f"{path}/state", data=data).status_code] == [404, 404]
    assert hidden.state is before
    assert client.login_as("anna").get(path).status_code == 200


def test_meeting_with_a_confidential_person_is_hidden(actor, trade_show, meet, people):
    user_name = person("Lu", "Hua", team="Inland", counselor=people["anna"])
    created = meet(people=[user_name.id])
    assert agenda(actor("dora"), trade_show.id)
    make_confidential(user_name)
    assert agenda(actor("dora"), trade_show.id) == {}
    assert [row.id for row in agenda(actor("anna"), trade_show.id)[DAY]] == [created.id]


def test_clash_with_a_hidden_meeting_reveals_nothing(actor, trade_show, hidden, show_records):
    values = {"day": DAY, "time": time(10, 45), "minutes": 30, "table": "14", "host_id": show_records.host.id}
    with pytest.raises(Invalid) as refused:
        save_meeting(actor("dora"), trade_show, values)
    assert "ClearAir" not in str(refused.value)
    assert str(refused.value) == "Table 14 is booked at that time. Choose another table or time."
    assert count(ShowMeeting) == 1


def test_confidential_person_hides_only_the_meetings_with_them(actor, trade_show, meet, people):
    hidden_person = person("Lu", "Hua", team="Inland", counselor=people["anna"])
    meet(people=[hidden_person.id])
    open_meeting = meet(starts_at=time(14, 0))
    make_confidential(hidden_person)
    assert [row.id for row in agenda(actor("dora"), trade_show.id)[DAY]] == [open_meeting.id]
