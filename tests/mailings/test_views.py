"""The pages: templates, an email to one person, the mail merge, the results, and unsubscribing without sign-in."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.mail.outbox.models import Mail
from crm.core.web.resume import SHOW_AGAIN
from crm.mailings.models import EmailTemplate, Mailing, MailingRecipient
from crm.mailings.policy import MailingState
from crm.mailings.recipients import EmailText
from crm.mailings.services import save_template, send_to_one
from tests.factories import make_confidential, person
from tests.factories.records import reachable

EMAIL = {"address": "sam@trivalley.example", "subject": "Samples", "body": "Dear {salutation},\n\nall passed."}


@pytest.fixture
def signed_in(client, anna):
    """Return a client in which Anna is signed in."""
    client.login_as("anna")
    return client


def texts_of(session) -> list[str]:
    stmt = sa.select(Mail.text).where(Mail.kind == "mailing").order_by(Mail.id)
    return list(session.scalars(stmt))


def count(session, table) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table))


def template_values(**more) -> dict[str, str]:
    return {"name": "News", "is_shared": "y", "subject_en": "News of {center}", "body_en": "Dear {first_name}"} | more


def test_template_is_added_edited_archived_and_restored(signed_in, session):
    assert signed_in.post("/mailings/templates/new", data=template_values(uid="n1")).status_code == 303
    row = session.scalars(sa.select(EmailTemplate)).one()
    path = f"/mailings/templates/{row.id}"
    assert "News of {center}" in signed_in.get(path).text
    changed = template_values(version=str(row.version), subject_zh_Hans="新闻", body_zh_Hans="您好", subject_en="")
    assert signed_in.post(path, data=changed).status_code == 422
    changed |= {"subject_en": "Now"}
    assert signed_in.post(path, data=changed).status_code == 303
    page = signed_in.get("/mailings/templates/").text
    assert "简体中文" in page
    assert signed_in.post(f"{path}/archive").status_code == 303
    assert signed_in.get(path).status_code == 404
    assert signed_in.post(f"{path}/restore").status_code == 303
    assert signed_in.get(path).status_code == 200


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"body_en": "Dear {nobody}"}, "isn’t a field|isn&#39;t a field"),
        ({"subject_en": "", "body_en": ""}, "at least one language"),
        ({"body_en": ""}, "Enter both"),
        ({"name": ""}, "required"),
    ],
)
def test_wrong_template_keeps_its_text_and_saves_nothing(signed_in, session, values, message):
    answer = signed_in.post("/mailings/templates/new", data=template_values(**values))
    assert answer.status_code == 422
    assert re.search(message, answer.text)
    assert template_values(**values)["subject_en"] in answer.text
    assert template_values(**values)["body_en"] in answer.text
    assert count(session, EmailTemplate) == 0


def test_colleague_uses_a_shared_template_and_no_private_one(signed_in, session, template, actor):
    signed_in.post("/mailings/templates/new", data=template_values(name="Zqprivate", is_shared=""))
    private = session.scalars(sa.select(EmailTemplate).where(EmailTemplate.name == "Zqprivate")).one().id
    signed_in.login_as("dora")
    page = signed_in.get("/mailings/templates/").text
    assert "Samples" in page
    assert "Zqprivate" not in page
    assert signed_in.get(f"/mailings/templates/{private}").status_code == 404
    assert "Only its author" in signed_in.get(f"/mailings/templates/{template.id}").text
    assert signed_in.post(f"/mailings/templates/{template.id}/archive").status_code == 403
    signed_in.login_as("boris")
    assert signed_in.get(f"/mailings/templates/{template.id}").status_code == 404


def test_template_is_filled_in_for_a_person_in_their_language(signed_in, zhou, template):
    page = signed_in.get(f"/people/{zhou.id}/email?template={template.id}").text
    assert "周经理，您好：" in page
    assert 'value="华东水务 的样品"' in page
    assert "{" not in re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1]


def test_preview_shows_the_email_and_sends_nothing(signed_in, session, sam):
    answer = signed_in.post(f"/people/{sam.id}/email", data=EMAIL | {SHOW_AGAIN: "1"})
    assert answer.status_code == 200
    assert "Dear Samuel Miller,\n\nall passed." in answer.text
    assert "Dear {salutation}" in answer.text
    assert count(session, Mailing) == 0


def test_email_is_sent_once_however_often_it_is_submitted(signed_in, session, sam):
    path, data = f"/people/{sam.id}/email", EMAIL | {"uid": "8a63c7a5-61b6-4b24-b5c5-0ce4bb2d1d0a"}
    assert [signed_in.post(path, data=data).status_code for _again in range(3)] == [303, 303, 303]
    assert texts_of(session) == ["Dear Samuel Miller,\n\nall passed.\n"]
    assert count(session, MailingRecipient) == 1
    assert signed_in.post(path, data=data | {"body": "Other"}).status_code == 409
    assert len(texts_of(session)) == 1


def test_refused_email_keeps_what_was_typed(signed_in, session, sam):
    answer = signed_in.post(f"/people/{sam.id}/email", data=EMAIL | {"body": "Zqdraft {oops}"})
    assert answer.status_code == 422
    assert "Zqdraft {oops}" in answer.text
    assert signed_in.post(f"/people/{sam.id}/email", data=EMAIL | {"address": "x@evil.example"}).status_code == 422
    assert count(session, Mailing) == 0


def test_hidden_person_cannot_be_emailed(signed_in, session, anna):
    hidden = reachable(person("Xu", "Bo", team="Bay"), email="xu@example.org")
    session.flush()
    for method in (signed_in.get, signed_in.post):
        assert method(f"/people/{hidden.id}/email").status_code == 404
    assert signed_in.get(f"/mailings/new?ids={hidden.id}").status_code == 303
    assert count(session, Mailing) == 0


def test_shared_address_shows_the_same_on_both_pages(signed_in, session, sam):
    duplicate = reachable(person("Miller", "Twin", country="US"), email="Sam@TriValley.example")
    session.flush()
    assert signed_in.post(f"/people/{sam.id}/email/stop").status_code == 303
    for row in (sam, duplicate):
        assert "do not email" in signed_in.get(f"/people/{row.id}").text
        assert "Asked not to be emailed" in signed_in.get(f"/people/{row.id}/email").text
    assert signed_in.post(f"/people/{duplicate.id}/email/allow").status_code == 303
    for row in (sam, duplicate):
        assert "do not email" not in signed_in.get(f"/people/{row.id}").text


def selection(*people) -> str:
    return "&".join(f"ids={row.id}" for row in people)


def test_merge_leads_from_the_list_to_the_result(signed_in, session, zhou, sam, template, run):
    silent = person("Lu", "Fang", country="US")
    session.flush()
    assert "/mailings/new" in signed_in.get("/people/").text
    chosen = f"/mailings/new?{selection(zhou, sam, silent)}"
    assert "3 people selected" in signed_in.get(chosen).text
    path = f"{chosen}&template={template.id}"
    first = signed_in.get(path).text
    assert "2 emails will be sent" in first
    (heading,) = re.findall(r"<h1>(.*?)</h1>", first)
    assert heading.startswith("Preview of ")
    assert "No email address" in first
    second = signed_in.get(f"{path}&position=2").text
    matching = {text for text in (first, second) if "Samples for Tri-Valley Sensors" in text}
    assert len(matching) == 1
    data = {"checked": re.search(r'name="checked"[^>]*value="(\w+)"', first)[1], "template_id": str(template.id)}
    data["uid"] = "8a63c7a5-61b6-4b24-b5c5-0ce4bb2d1d0b"
    answers = [signed_in.post(path, data=data) for _again in range(2)]
    assert [(a.status_code, a.location) for a in answers] == [(303, answers[0].location)] * 2
    page = signed_in.get(answers[0].location)
    assert 'data-progress="2"' in page.text
    run()
    assert len(texts_of(session)) == 2
    page = signed_in.get(answers[0].location)
    assert "data-progress" not in page.text
    assert "No email address" in page.text
    assert "Scheduled" in page.text
    assert "Samples" in signed_in.get("/mailings/").text


def test_merge_is_refused_when_something_changed_since_the_preview(signed_in, session, sam, template):
    path = f"/mailings/new?{selection(sam)}&template={template.id}"
    checked = re.search(r'name="checked"[^>]*value="(\w+)"', signed_in.get(path).text)[1]
    assert signed_in.post(f"/people/{sam.id}/email/stop").status_code == 303
    answer = signed_in.post(path, data={"checked": checked, "template_id": str(template.id)})
    assert answer.status_code == 422
    assert "Check the emails again" in answer.text
    assert count(session, Mailing) == 0


@pytest.mark.parametrize(("subject", "is_noted"), [("样品", True), ("广告: 样品", False)])
def test_preview_asks_to_mark_advertising_to_people_in_china(signed_in, anna, sam, zhou, subject, is_noted):
    texts = {"en": EmailText("Samples", "Dear {salutation}"), "zh_Hans": EmailText(subject, "{salutation}")}
    row = save_template(anna, EmailTemplate(), {"name": "Samples", "is_shared": True}, texts)
    page = signed_in.get(f"/mailings/new?{selection(sam, zhou)}&template={row.id}").text
    assert ("1 recipient is in China." in page) is is_noted
    assert "is in China" not in signed_in.get(f"/mailings/new?{selection(sam)}&template={row.id}").text


def test_missing_postal_address_is_explained_on_the_preview(signed_in, session, sam, template, team):
    team.postal_address = None
    session.flush()
    path = f"/mailings/new?{selection(sam)}&template={template.id}"
    checked = re.search(r'name="checked"[^>]*value="(\w+)"', signed_in.get(path).text)[1]
    answer = signed_in.post(path, data={"checked": checked, "template_id": str(template.id)})
    assert answer.status_code == 422
    assert "postal address" in answer.text
    assert count(session, Mailing) == 0


def test_administrator_sets_the_postal_address(client, session, team):
    client.login_as("admin")
    data = {"name": team.name, "country": "US", "zone": team.zone, "version": str(team.version)}
    assert client.post(f"/teams/{team.id}", data=data | {"postal_address": "Center\n1 Road"}).status_code == 303
    session.refresh(team)
    assert team.postal_address.split() == ["Center", "1", "Road"]


def test_mailing_is_for_its_sender_and_the_managers_of_the_team(signed_in, session, anna, sam):
    mailing = send_to_one(anna, sam.id, sent_text(), language="en")
    secret = reachable(person("Tan", "Zqsecret", country="US", team="Inland"), email="tan@example.org")
    secret.counselor_id = anna.id
    make_confidential(secret)
    session.flush()
    hidden = send_to_one(anna, secret.id, sent_text(), language="en")
    path, hidden_path = f"/mailings/{mailing.id}", f"/mailings/{hidden.id}"
    assert signed_in.get(path).status_code == signed_in.get(hidden_path).status_code == 200
    signed_in.login_as("dora")
    assert signed_in.get(path).status_code == 404
    signed_in.login_as("nora")
    assert signed_in.get(path).status_code == 200
    assert signed_in.get(hidden_path).status_code == 404
    assert "Zqsecret" not in signed_in.get("/mailings/").text
    assert signed_in.post(f"{path}/cancel").status_code == 403


def test_sender_cancels_unsent_emails(signed_in, session, anna, sam):
    mailing = send_to_one(anna, sam.id, sent_text(), language="en")
    assert "Cancel unsent" in signed_in.get(f"/mailings/{mailing.id}").text
    assert signed_in.post(f"/mailings/{mailing.id}/cancel").status_code == 303
    session.expire_all()
    assert db.session.get_one(Mailing, mailing.id).state is MailingState.canceled
    assert "Cancel unsent" not in signed_in.get(f"/mailings/{mailing.id}").text


def sent_text():
    from crm.mailings.recipients import EmailText

    return EmailText("Samples", "Dear {salutation}")
