"""A pasted email fills the log form: person, time and text."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.followups.enums import FollowUpSide
from crm.followups.models import FollowUp
from crm.interactions.models import InteractionParty
from crm.interactions.policy import InteractionOutcome, InteractionType
from crm.organizations.models import Organization
from crm.people.models import Affiliation, Person
from crm.records.policy import ContactMedium, PointLabel
from crm.records.queries import points_of
from crm.records.services import ContactPointValues, set_points
from tests.interactions.lookups import NEW, list_interactions, submitted_fields
from tests.tools.pages import problems_of, submitted_values, visible_text
from tests.tools.rows import count

MAIL = """发件人: 王小明 <wangxm@huayue.example>
发送时间: 2026年12月8日 9:30
收件人: anna@demo.example
主题: 样品

样品已经收到。
"""


def test_pasted_email_fills_person_time_and_text(web, wang):
    set_points(wang, [ContactPointValues(ContactMedium.email, PointLabel.work, "wangxm@huayue.example")], "CN")
    page = web.post("/interactions/paste", data={"mail": MAIL}).text
    assert problems_of(page) == []
    assert list_interactions() == []
    web.post(NEW, data=submitted_fields(page))
    (row,) = list_interactions()
    assert (row.type, row.subject, row.notes, row.reached) == (
        InteractionType.email,
        "样品",
        "样品已经收到。",
        InteractionOutcome.talked,
    )
    assert (row.wall, row.zone) == (datetime(2026, 12, 8, 9, 30), "Asia/Shanghai")
    assert db.session.scalar(sa.select(InteractionParty.person_id)) == wang.id


def test_email_from_an_unknown_person_offers_to_add_them(web):
    page = web.post("/interactions/paste", data={"mail": MAIL}).text
    data = submitted_fields(page) | {"people-new": ["王小明 <wangxm@huayue.example>"]}
    assert web.post(NEW, data=data).status_code == 303
    assert db.session.scalar(sa.select(Person.native_label)) or db.session.scalar(sa.select(Person.label)) == "王小明"


def test_email_from_a_new_address_offers_people_of_that_name(web, anna):
    from crm.people.services import add_person

    existing = add_person(anna, {"family_native": "王", "given_native": "小明"})
    data = submitted_fields(web.post("/interactions/paste", data={"mail": MAIL}).text)
    assert web.post(NEW, data=data).status_code == 422
    assert web.post(NEW, data=data | {"people": [str(existing.id)]}).status_code == 303
    assert db.session.scalars(sa.select(InteractionParty.person_id)).all() == [existing.id]
    assert count(Person) == 1


@pytest.mark.parametrize("mail", ["", "x" * 200_001])
def test_invalid_email_text_is_refused(web, mail):
    assert web.post("/interactions/paste", data={"mail": mail}).status_code == 422


def test_long_email_is_not_cut_silently(web, wang):
    set_points(wang, [ContactPointValues(ContactMedium.email, PointLabel.work, "wangxm@huayue.example")], "CN")
    page = web.post("/interactions/paste", data={"mail": MAIL + "样品" * 10_001 + "\nlast words"}).text
    assert "last words" in page
    refused = web.post(NEW, data=submitted_fields(page))
    assert (refused.status_code, list_interactions()) == (422, [])
    assert ("at most 20000 characters" in refused.text, "last words" in refused.text) == (True, True)


SIGNED = """发件人: 王小明 <wangxm@huayue.example>
发送时间: 2026年12月8日 9:30
收件人: anna@demo.example
抄送: 李慧 <lihui@huayue.example>; Tom Okafor <tom@clearair.example>; boris@demo.example
主题: 样品

安娜：
我们12月18日前寄样品。请您12月15日前报价。

祝好
王小明
销售总监 | 宁波莲花泵业有限公司
手机：138 0013 8000 微信号：wang-lotus
"""


def preview(web, mail: str = SIGNED) -> str:
    page = web.post("/interactions/paste", data={"mail": mail}).text
    assert problems_of(page) == []
    return page


def read_points(person) -> list[tuple[str, str]]:
    return [(row.medium.value, row.raw) for row in points_of([person.id])[person.id]]


def test_signature_on_one_line_fills_in_the_new_sender(web):
    row = "Wang Lei | Sales Director | Huadong Water | +86 138 0000 0000 | wang@huadong.example"
    mail = f"From: Wang Lei <wang@huadong.example>\nTo: anna@demo.example\nSubject: Price\n\nFine with us.\n\n{row}\n"
    data = submitted_fields(web.post("/interactions/paste", data={"mail": mail}).text)
    assert [data[f"sender-{name}"] for name in ("title", "phone")] == [["Sales Director"], ["+86 138 0000 0000"]]
    assert data["organizations-offered"] == ["Huadong Water"]


def test_signature_fills_in_the_new_sender(web):
    data = submitted_fields(preview(web))
    assert (data["sender-latin"], data["sender-title"]) == (["Wang Xiaoming"], ["销售总监"])
    new = {"people-new": ["王小明 <wangxm@huayue.example>"], "organizations-new": ["宁波莲花泵业有限公司"]}
    assert web.post(NEW, data=data | new).status_code == 303
    person = db.session.scalars(sa.select(Person)).one()
    assert (person.family_latin, person.given_latin, person.family_native) == ("Wang", "Xiaoming", "王")
    assert read_points(person) == [
        ("email", "wangxm@huayue.example"),
        ("phone", "138 0013 8000"),
        ("wechat", "wang-lotus"),
    ]
    position = db.session.scalars(sa.select(Affiliation)).one()
    organization = db.session.scalars(sa.select(Organization)).one()
    assert (position.native_title, position.organization_id) == ("销售总监", organization.id)
    assert (organization.name, organization.country) == ("宁波莲花泵业有限公司", "CN")


def test_title_of_a_new_sender_without_an_organization_is_a_note(web):
    data = submitted_fields(preview(web)) | {"people-new": ["王小明 <wangxm@huayue.example>"]}
    assert web.post(NEW, data=data).status_code == 303
    assert db.session.scalars(sa.select(Person.note)).one() == "Title: 销售总监"


def test_corrected_spelling_of_a_new_sender_is_saved(web):
    data = submitted_fields(preview(web)) | {"people-new": ["王小明 <wangxm@huayue.example>"]}
    assert web.post(NEW, data=data | {"sender-latin": "Wong Siu-ming"}).status_code == 303
    person = db.session.scalars(sa.select(Person)).one()
    assert (person.family_latin, person.given_latin) == ("Wong", "Siu-ming")


def test_known_sender_gets_missing_contact_details(web, wang):
    set_points(wang, [ContactPointValues(ContactMedium.email, PointLabel.work, "wangxm@huayue.example")], "CN")
    data = submitted_fields(preview(web))
    assert "sender-title" not in data
    assert web.post(NEW, data=data).status_code == 303
    assert read_points(wang) == [
        ("email", "wangxm@huayue.example"),
        ("phone", "138 0013 8000"),
        ("wechat", "wang-lotus"),
    ]


def test_known_contact_details_are_not_offered_again(web, wang):
    points = [
        (ContactMedium.email, "wangxm@huayue.example"),
        (ContactMedium.phone, "+86 13800138000"),
        (ContactMedium.wechat, "Wang-Lotus"),
    ]
    set_points(wang, [ContactPointValues(medium, PointLabel.work, raw) for medium, raw in points], "CN")
    page = preview(web)
    assert "From the signature" not in page
    assert web.post(NEW, data=submitted_fields(page)).status_code == 303
    assert [raw for _medium, raw in read_points(wang)] == [raw for _medium, raw in points]


def test_people_in_copy_are_offered_and_ours_left_out(web, wang):
    set_points(wang, [ContactPointValues(ContactMedium.email, PointLabel.work, "wangxm@huayue.example")], "CN")
    page = preview(web)
    data = submitted_fields(page)
    assert data["people-offered"] == ["李慧 <lihui@huayue.example>", "Tom Okafor <tom@clearair.example>"]
    assert "boris@demo.example" not in page
    refused = web.post(NEW, data=data | {"day": "", "people-new": ["李慧 <lihui@huayue.example>"]})
    assert refused.status_code == 422
    assert submitted_values(refused.text, "")["people-new"] == ["李慧 <lihui@huayue.example>"]
    assert submitted_values(refused.text, "")["people-offered"] == ["Tom Okafor <tom@clearair.example>"]
    assert web.post(NEW, data=data | {"people-new": ["李慧 <lihui@huayue.example>"]}).status_code == 303
    assert count(Person) == 2
    assert len(db.session.scalars(sa.select(InteractionParty.person_id)).all()) == 2


def test_colleague_named_without_an_address_is_no_new_person(web, people):
    people["shen"].native_name = "沈韵"
    db.session.flush()
    mail = MAIL.replace("收件人: anna@demo.example", "收件人: anna reyes; Sun Li; 沈韵")
    page = web.post("/interactions/paste", data={"mail": mail}).text
    _sender, *recipients = re.findall(r"Add “([^”]+)” as a new person", page)
    assert recipients == ["Sun Li"]


def test_known_person_in_copy_took_part(web, wang, anna):
    from crm.people.services import add_person

    set_points(wang, [ContactPointValues(ContactMedium.email, PointLabel.work, "wangxm@huayue.example")], "CN")
    li = add_person(anna, {"family_native": "李", "given_native": "慧"})
    set_points(li, [ContactPointValues(ContactMedium.email, PointLabel.work, "lihui@huayue.example")], "CN")
    assert submitted_fields(preview(web))["people"] == [str(wang.id), str(li.id)]


def test_new_people_in_copy_of_other_domains_do_not_work_with_the_sender(web):
    new = ["王小明 <wangxm@huayue.example>", "李慧 <lihui@huayue.example>", "Tom Okafor <tom@clearair.example>"]
    data = submitted_fields(preview(web)) | {"people-new": new, "organizations-new": ["宁波莲花泵业有限公司"]}
    assert web.post(NEW, data=data).status_code == 303
    employed = sa.select(Person.label).join(Affiliation, Affiliation.person_id == Person.id)
    assert "Tom Okafor" not in set(db.session.scalars(employed))
    assert (count(Affiliation), count(Person)) == (2, 3)


def test_promised_dates_are_follow_ups(web, wang):
    set_points(wang, [ContactPointValues(ContactMedium.email, PointLabel.work, "wangxm@huayue.example")], "CN")
    assert web.post(NEW, data=submitted_fields(preview(web))).status_code == 303
    rows = db.session.execute(sa.select(FollowUp.title, FollowUp.due_on, FollowUp.side).order_by(FollowUp.due_on)).all()
    assert rows == [("报价", date(2026, 12, 15), FollowUpSide.we), ("寄样品", date(2026, 12, 18), FollowUpSide.they)]


def test_sender_of_another_team_gets_nothing(web, client, people, wang):
    data = submitted_fields(preview(web)) | {"people-typed": [""]}
    data |= {"sender-text": "", "sender-person_id": "999999", "people": [], "people-new": []}
    assert web.post(NEW, data=data).status_code == 303
    assert read_points(wang) == []


@pytest.mark.parametrize("page", ["/", "/people/", "/interactions/log"])
def test_paste_email_is_reachable(web, page):
    assert 'href="/interactions/paste' in web.get(page).text


def test_recipient_who_is_a_user_shown_by_the_mailbox_only_is_not_offered(web):
    page = web.post("/interactions/paste", data={"mail": MAIL.replace("anna@demo.example", "anna; Vera Lund")}).text
    words = visible_text(page)
    assert ("Add “Vera Lund” as a new person" in words, "Add “anna” as a new person" in words) == (True, False)
