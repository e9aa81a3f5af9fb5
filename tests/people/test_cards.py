"""vCards of people: both scripts, escaped, folded, and the same people again after an import."""

from __future__ import annotations

import pytest

from crm.core.data.base import db
from crm.imports.readers.vcards import read_cards
from crm.people.cards import build_cards
from tests.factories import affiliation, organization, person, reachable


@pytest.fixture
def zhou(session):
    row = person(
        "Zhou",
        "Limin",
        family_native="周",
        given_native="立民",
        english_name="Leo",
        city="Shanghai",
        country="CN",
        address="1 Middle Road; Room 5",
        native_address="中山路1号",
        note="Line one\nSee C:\\docs, p. 2; " + "很长的说明" * 30,
    )
    works = organization("Huadong Water", native_name="华东水务")
    affiliation(row, works, title="Director, Sales").native_title = "销售主任"
    reachable(row, email="zhou@hd.example", phone="+86 21 6123 4567", wechat="zhou_lm")
    db.session.flush()
    return row


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_card_is_read_back_with_both_scripts(zhou, actor, version):
    text = "".join(build_cards(actor("anna"), [zhou.id], version))
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert text.startswith(f"BEGIN:VCARD\r\nVERSION:{version}\r\n")
    (row,) = read_cards(text.encode()).rows
    n = row.names
    assert (n.family_native, n.given_native, n.family_latin, n.given_latin) == ("周", "立民", "Zhou", "Limin")
    assert n.english_name == "Leo"
    assert (row.organization, row.organization_native) == ("Huadong Water", "华东水务")
    assert (row.title, row.title_native) == ("Director, Sales", "销售主任")
    assert ([e.value for e in row.emails], [p.value for p in row.phones]) == (["zhou@hd.example"], ["+86 21 6123 4567"])
    assert (row.wechat, row.note, row.city, row.country) == ("zhou_lm", zhou.note, "Shanghai", "CN")
    assert {a.text for a in row.addresses} == {"1 Middle Road; Room 5", "中山路1号"}
    assert (row.uid, row.problems) == (zhou.uid, ())


def test_list_sends_the_cards_of_the_selection_and_logs_them(client, people, zhou):
    person("Other", "One")
    db.session.commit()
    answer = client.login_as("anna").get(f"/people/?ids={zhou.id}&as=vcf")
    assert answer.content_type == "text/vcard; charset=utf-8"
    assert answer.text.count("BEGIN:VCARD") == 1
    assert client.get("/organizations/?as=vcf").status_code == 400


def test_card_of_a_hidden_person_is_not_sent(session, actor, people):
    hidden = person("Secret", "One", team="Bay", confidential=True, counselor=people["boris"])
    assert list(build_cards(actor("anna"), [hidden.id], "4.0")) == []
