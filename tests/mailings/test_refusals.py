"""What templates, emails to one person and stopped addresses refuse, and to whom it doesn't apply."""

from __future__ import annotations

import re

import pytest

from crm.core.errors import Forbidden, Invalid, NotFound
from crm.mailings.models import EmailTemplate, Mailing
from crm.mailings.queries import get_template, list_templates, load_sender, load_texts
from crm.mailings.recipients import EmailText
from crm.mailings.services import save_template, send_to_one
from crm.mailings.services.opt_outs import allow_email, stop_email
from crm.mailings.services.templates import archive_template, check_texts
from crm.records.opt_outs import find_opt_outs
from tests.factories import archived, person
from tests.factories.records import reachable

from .conftest import TEXTS
from .lookups import HELLO, mails


def test_sender_needs_a_team(actor, anna):
    assert load_sender(anna).team.name == "Inland"
    assert load_sender(anna, actor("boris").first_team_id).team.name == "Bay"
    with pytest.raises(Invalid, match="Ask an administrator to add you to a team"):
        load_sender(actor("nora"))


def test_address_is_one_of_the_person(session, anna, sam):
    with pytest.raises(Invalid, match="Choose one of the person's addresses"):
        send_to_one(anna, sam.id, HELLO, language="en", address="other@trivalley.example")
    send_to_one(anna, sam.id, HELLO, language="en", address="sam@trivalley.example")
    assert [mail.address for mail in mails(session)] == ["sam@trivalley.example"]


def test_hidden_person_gets_no_email(session, anna):
    hidden = reachable(person("Xu", "Bo", team="Bay"), email="xu@example.org")
    for person_id in (hidden.id, 999_999):
        with pytest.raises(Invalid, match="You no longer have access to this person"):
            send_to_one(anna, person_id, HELLO, language="en")
    assert session.query(Mailing).count() == 0


def test_email_is_stopped_and_allowed_for_all_addresses_of_a_person(anna, sam, zhou):
    address = {"sam@trivalley.example"}
    stop_email(anna, sam)
    assert set(find_opt_outs([*address, "zhou@huadong.example"])) == address
    allow_email(anna, sam)
    assert not find_opt_outs(address)
    without = reachable(person("Ye", "Lan"), phone="138 0013 8000")
    for change in (stop_email, allow_email):
        with pytest.raises(Invalid, match="Add an email address"):
            change(anna, without)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({}, "at least one language"),
        ({"en": EmailText("", "Text")}, "both a subject and a text"),
        ({"en": EmailText("Subject", "")}, "both a subject and a text"),
        ({"en": EmailText("Subject", "Text"), "zh_Hans": EmailText("主题", "")}, "both a subject and a text"),
        ({"en": EmailText("{oops}", "Text")}, "isn't a field"),
        ({"en": EmailText("Samples", "Dear {first_name,")}, "one pair of braces: {first_name}"),
        ({"en": EmailText("Samples", "Dear {{name}},")}, "one pair of braces: {name}"),
        ({"zh_Hans": EmailText("样品", "｛salutation｝：")}, "one pair of braces: {salutation}"),
        ({"en": EmailText("Subject", "Text")}, ""),
    ],
)
def test_texts_of_a_template_are_complete(app, anna, texts, message):
    if message:
        with pytest.raises(Invalid, match=message):
            check_texts(texts)
    else:
        check_texts(texts)


def test_only_the_author_makes_a_shared_template_private(actor, anna, template):
    values = {"name": "Samples", "is_shared": False}
    with pytest.raises(Invalid, match="Ask the author"):
        save_template(actor("clara"), template, values, TEXTS)
    assert template.team_id == anna.first_team_id
    save_template(actor("clara"), template, values | {"is_shared": True, "name": "New name"}, {"en": TEXTS["en"]})
    assert (template.user_id, template.name, list(load_texts(template.id))) == (anna.id, "New name", ["en"])
    save_template(anna, template, values, TEXTS)
    assert (template.team_id, set(load_texts(template.id))) == (None, set(TEXTS))
    with pytest.raises(Invalid, match="You aren't on a team"):
        save_template(actor("nora"), EmailTemplate(), values | {"is_shared": True}, TEXTS)
    assert save_template(actor("nora"), EmailTemplate(), values, TEXTS).team_id is None


def test_templates_are_own_ones_and_those_of_own_teams(actor, anna, template):
    own = save_template(anna, EmailTemplate(), {"name": "alpha", "is_shared": False}, {"en": TEXTS["en"]})
    of_bay = save_template(actor("boris"), EmailTemplate(), {"name": "Bay", "is_shared": True}, TEXTS)
    former = save_template(anna, EmailTemplate(), {"name": "Former", "is_shared": True}, TEXTS)
    archive_template(former, archived=True)
    rows = {name: list_templates(actor(name)) for name in ("anna", "dora", "nora")}
    assert {name: [x.name for x in templates] for name, templates in rows.items()} == {
        "anna": ["alpha", "Samples"],
        "dora": ["Samples"],
        "nora": ["Bay", "Samples"],
    }
    assert [(x.author, x.team, x.may_edit) for x in rows["anna"]] == [
        ("Anna Reyes", None, True),
        ("Anna Reyes", "Inland", True),
    ]
    assert rows["anna"][0].languages == "English"
    assert get_template(anna, own.id, to_edit=True) is own
    assert get_template(anna, former.id, with_archived=True) is former
    for viewer, template_id in (("anna", former.id), ("anna", of_bay.id), ("dora", own.id), ("anna", 999)):
        with pytest.raises(NotFound):
            get_template(actor(viewer), template_id)
    assert get_template(actor("dora"), template.id) is template
    assert not rows["dora"][0].may_edit
    with pytest.raises(Forbidden):
        get_template(actor("dora"), template.id, to_edit=True)


def test_page_of_an_archived_person_offers_to_open_the_person(client, anna, sam):
    archived(sam)
    page = client.login_as("anna").get(f"/people/{sam.id}/email").text
    link = re.search(r'<section class="empty".*?<a class="btn" href="([^"]+)">([^<]+)<', page, re.DOTALL)
    assert link.groups() == (f"/people/{sam.id}", "Open person")
