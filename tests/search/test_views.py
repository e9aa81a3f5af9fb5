"""Search as page and JSON, what it never shows, and saved views."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from crm.core.policy import SYSTEM
from crm.followups.services import add_follow_up
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.people.policy import DisplayOrder
from crm.shows.policy import Attendance, MeetingState
from crm.shows.services import save_meeting, save_participant, save_show
from tests.factories import archived, client_of, make_confidential, organization, person, product

pytestmark = pytest.mark.usefixtures("people")
JSON = {"Accept": "application/json"}


def find_labels(client, address: str) -> list[str]:
    return [hit["label"] for hit in client.get(address, headers=JSON).json["hits"]]


def test_json_groups_hits(client):
    huadong = organization("Huadong Water", "华东水务", country="CN")
    person("Zhou", "Limin", family_native="周", given_native="立民", organization=huadong)
    answer = client.login_as("anna").get("/search?q=zhoulimin", headers=JSON)
    (hit,) = answer.json["hits"]
    assert answer.json["groups"] == [{"label": "People", "hits": [hit]}]
    assert set(hit) == {"id", "kind", "label", "native", "hint", "url", "lang", "initials"}
    assert (hit["kind"], hit["native"], hit["lang"], hit["hint"]) == ("person", "周立民", "zh-Hans", "Huadong Water")
    assert client.get(hit["url"]).status_code == 200
    assert "周立民" in client.get("/search?q=zhoulimin").text


def test_hits_of_people_have_their_time_zone(client):
    person("Zhou", "Limin", zone="Asia/Shanghai")
    person("Zhou", "Rosa")
    picked = client.login_as("anna").get("/search?q=zhou&kinds=person", headers=JSON).json["hits"]
    assert {hit["label"]: hit.get("zone") for hit in picked} == {"Limin Zhou": "Asia/Shanghai", "Rosa Zhou": None}


@pytest.mark.parametrize(
    ("typed", "label"),
    [("Cheung Wai", "张伟"), ("Tung Chee-hwa", "董建华"), ("董建華", "董建华"), ("claer air", "Clear Air")],
)
def test_other_spellings_of_a_name_find_it(client, typed, label):
    person(family_native="张", given_native="伟")
    person(family_native="董", given_native="建华")
    organization("Clear Air")
    assert find_labels(client.login_as("anna"), f"/search?q={typed}") == [label]
    page = "organizations" if label == "Clear Air" else "people"
    assert label in client.get(f"/{page}/?q={typed}").text


@pytest.mark.parametrize("typed", ["Dr. Zhou", "Mr Limin Zhou", "MS ZHOU", "Prof. Dr. Zhou", "Mrs.Zhou"])
def test_name_with_a_courtesy_title_finds_people(client, typed):
    person("Zhou", "Limin")
    organization("Zhoushan Port")
    assert find_labels(client.login_as("anna"), f"/search?q={typed}") == ["Limin Zhou"]


def test_title_without_a_name_finds_nobody(client):
    person("Zhou", "Limin")
    client.login_as("anna")
    for typed in ("Dr.", "Mr", "Drew Zhou", "Mr ."):
        assert find_labels(client, f"/search?q={typed}&kinds=person") == [], typed


@pytest.mark.parametrize("typed", ["clear air", "claer air", "clear ai", "clear air sensors"])
def test_two_words_find_a_name_that_has_them_as_one(client, typed):
    organization("ClearAir Sensors")
    organization("Clear Water Labs")
    assert find_labels(client.login_as("anna"), f"/search?q={typed}") == ["ClearAir Sensors"]


def test_other_spelling_of_a_confidential_name_finds_nothing(client):
    row = person(family_native="张", given_native="伟", team="Bay")
    make_confidential(row)
    assert find_labels(client.login_as("anna"), "/search?q=Cheung Wai") == []


def test_kinds_filter_hits_and_unknown_kind_is_refused(client):
    port = organization("Zhoushan Port")
    person("Zhou", "Limin", organization=port)
    client.login_as("anna")
    assert sorted(find_labels(client, "/search?q=zhou")) == ["Limin Zhou", "Zhoushan Port"]
    assert find_labels(client, "/search?q=zhou&kinds=organization") == ["Zhoushan Port"]
    assert client.get("/search?q=zhou&kinds=secret").status_code == 400


def test_empty_query_shows_recent_records(client):
    port, zhou = organization("Zhoushan Port"), person("Zhou", "Limin")
    client.login_as("anna")
    assert find_labels(client, "/search") == []
    client.get(f"/organizations/{port.id}")
    client.get(f"/people/{zhou.id}")
    assert set(find_labels(client, "/search")) == {"Zhoushan Port", "Limin Zhou"}
    assert find_labels(client, "/search?kinds=person") == ["Limin Zhou"]
    archived(port)
    assert find_labels(client, "/search") == ["Limin Zhou"]


def test_hidden_records_never_appear_and_archived_ones_are_last(client, people):
    client_of("Bay", "Dragon Foreign")
    client_of("Inland", "Dragon Hidden", confidential=True, counselor=people["dora"])
    archived(organization("Dragon Archived"))
    client_of("Inland", "Dragon Seen")
    client.login_as("anna")
    hits = client.get("/search?q=dragon", headers=JSON).json["hits"]
    assert [(h["label"], h["hint"]) for h in hits] == [("Dragon Seen", ""), ("Dragon Archived", "archived")]
    page = client.get("/search?q=dragon").text
    assert [w for w in ("Foreign", "Hidden") if w in page] == []


def test_recent_contacts_rank_first_and_names_before_cities(client, actor):
    by_city = person("Li", "Hui", city="Zhoushan", display_order=DisplayOrder.family_first)
    namesakes = [person("Zhou", f"A{n}", display_order=DisplayOrder.family_first) for n in range(30)]
    visited, owed = (person("Zhou", n, display_order=DisplayOrder.family_first) for n in ("Wen", "Zhong"))
    anna = actor("anna")
    for met_person, day in ((visited, 9), (namesakes[7], 2), (by_city, 10)):
        word = {"subject": "Call", "wall": datetime(2026, 3, day, 9), "zone": "UTC"}
        log_interaction(
            anna if met_person is not namesakes[7] else actor("boris"),
            word,
            InteractionDetails(parties=[PartyValues(person_id=met_person.id)]),
        )
    add_follow_up(anna, {"title": "Price", "due_on": date(2026, 3, 20)}, about=[owed.id])
    client.login_as("anna")
    hits = find_labels(client, "/search?q=zhou")
    assert (hits[:4], "Li Hui" in hits) == (["Zhou Wen", "Zhou Zhong", "Zhou A7", "Zhou A0"], False)
    assert find_labels(client, "/search?q=zhoushan") == ["People in Zhoushan", "Li Hui"]
    assert find_labels(client, "/search?q=zhou+zhong") == ["Zhou Zhong"]


def test_group_of_best_hit_is_first(client):
    lotus = organization("Lotus Bridge")
    person("Zhou", "Ting", organization=lotus)
    groups = client.login_as("anna").get("/search?q=lotus", headers=JSON).json["groups"]
    assert [g["label"] for g in groups] == ["Organizations", "People"]


def test_hints_show_nothing_of_other_users(client, actor, people):
    foreign = client_of("Bay", "Bay Cold Chain")
    zhou = person("Zhou", "Limin", team=None)
    from tests.factories import affiliation

    affiliation(zhou, foreign)
    zhou.team_id = None
    add_follow_up(actor("boris"), {"title": "Bay only", "due_on": date(2026, 3, 10)}, about=[zhou.id])
    (hit,) = client.login_as("anna").get("/search?q=zhou", headers=JSON).json["hits"]
    assert hit["hint"] == ""
    add_follow_up(actor("anna"), {"title": "Mine", "due_on": date(2026, 3, 10)}, about=[zhou.id])
    word = {"subject": "Quiet word", "wall": datetime(2026, 3, 9, 9), "zone": "UTC"}
    make_confidential(
        log_interaction(actor("anna"), word, InteractionDetails(parties=[PartyValues(person_id=zhou.id)]))
    )
    hit, _note = client.get("/search?q=zhou", headers=JSON).json["hits"]
    assert hit["hint"] == "1 open follow-up"


def test_products_with_same_name_show_their_clients(client):
    inland, bay = client_of("Inland", "Mojave Noise"), client_of("Bay", "Bay Cold Chain")
    for client_record in (inland, client_of("Inland", "Otay Thermal"), bay):
        product(client_record, "Edge gateway")
    hits = client.login_as("anna").get("/search?q=edge", headers=JSON).json["hits"]
    assert sorted(h["hint"] for h in hits) == ["Mojave Noise", "Otay Thermal"]


def test_guest_is_redirected_from_search_to_sign_in(client):
    assert [client.get(a).status_code for a in ("/search?q=x", "/views")] == [303, 303]
    assert client.get("/search?q=x", headers=JSON).status_code == 401


def test_show_finds_people_met_there_that_the_reader_may_see(client, people, actor):
    show = save_show(SYSTEM, {"name": "CIIE Shanghai", "starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 6)})
    huadong = organization("Huadong Water")
    talked, guest, missed, hidden = (person(name, organization=huadong) for name in ("Lu", "Bai", "Gao", "Tan"))
    bay_person = person("Hu", organization=client_of("Bay", "Redwood Filters"))
    values = {"wall": datetime(2026, 3, 3, 9), "zone": "Asia/Shanghai"}
    for met_person, name in ((talked, "anna"), (hidden, "boris")):
        log_interaction(
            actor(name), values, InteractionDetails(parties=[PartyValues(person_id=met_person.id)], about=[show.id])
        )
    save_participant(show, {"record_id": guest.id})
    save_participant(show, {"record_id": bay_person.id})
    save_participant(show, {"record_id": missed.id, "attendance": Attendance.no_show})
    client.login_as("anna")
    hits = client.get("/search?q=ciie", headers=JSON).json["hits"]
    assert [(h["label"], h["hint"].split("\xa0· ")[0]) for h in hits] == [
        ("CIIE Shanghai", hits[0]["hint"]),
        ("Bai", "expected at CIIE Shanghai"),
        ("Lu", "met at CIIE Shanghai"),
    ]
    assert "interaction" in hits[2]["hint"]
    assert find_labels(client, "/search?q=ciie&kinds=show") == ["CIIE Shanghai"]
    picked = client.get("/search?q=ciie&kinds=person", headers=JSON).json["hits"]
    assert [(h["label"], h["hint"].split("\xa0· ")[0]) for h in picked] == [
        ("Bai", "expected at CIIE Shanghai"),
        ("Lu", "met at CIIE Shanghai"),
    ]
    assert find_labels(client, "/search?q=ciie&kinds=organization") == []
    client.login_as("boris")
    assert find_labels(client, "/search?q=ciie") == ["CIIE Shanghai", "Bai", "Hu", "Tan"]


def test_people_of_show_meeting_are_found_only_by_its_team(client, people, actor):
    show = save_show(SYSTEM, {"name": "CIIE Shanghai", "starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 6)})
    lu = person("Lu", organization=organization("Huadong Water"))
    slot = {"day": date(2026, 3, 3), "time": time(10), "people": [lu.id]}
    save_meeting(actor("anna"), show, slot)
    client.login_as("anna")
    assert find_labels(client, "/search?q=ciie") == ["CIIE Shanghai", "Lu"]
    client.login_as("boris")
    assert find_labels(client, "/search?q=ciie") == ["CIIE Shanghai"]


@pytest.mark.parametrize("attendance", [Attendance.invited, Attendance.registered, Attendance.attended])
@pytest.mark.parametrize("state", [MeetingState.wished, MeetingState.agreed, MeetingState.held])
def test_people_are_said_to_be_met_only_where_they_were(client, people, actor, attendance, state):
    show = save_show(SYSTEM, {"name": "CIIE Shanghai", "starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 6)})
    bai, lu = person("Bai"), person("Lu")
    save_participant(show, {"record_id": bai.id, "attendance": attendance})
    slot = {"day": date(2026, 3, 3), "time": time(10), "people": [lu.id]}
    save_meeting(actor("anna"), show, slot).state = state
    later = save_show(SYSTEM, {"name": "CIIE 2027", "starts_on": date(2027, 3, 2), "ends_on": date(2027, 3, 6)})
    for row in (bai, lu):
        save_participant(later, {"record_id": row.id})
    hits = client.login_as("anna").get("/search?q=ciie", headers=JSON).json["hits"]
    hints = {hit["label"]: hit["hint"].split("\xa0· ")[0] for hit in hits}
    expected = "expected at CIIE 2027"
    assert hints["Bai"] == ("met at CIIE Shanghai" if attendance is Attendance.attended else expected)
    assert hints["Lu"] == ("met at CIIE Shanghai" if state is MeetingState.held else expected)
