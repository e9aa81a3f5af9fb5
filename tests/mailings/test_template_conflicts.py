"""Two users who edit one template: the second sees both texts, and nothing is overwritten."""

from __future__ import annotations

from crm.core.data.base import db
from crm.mailings.queries import load_texts
from crm.mailings.recipients import EmailText
from crm.mailings.services.templates import save_template
from tests.mailings.test_views import template_values


def test_text_that_a_colleague_changed_meanwhile_is_not_overwritten(client, anna, template):
    texts = {"en": EmailText("Prices", "Dear {salutation}, first")}
    save_template(anna, template, {"name": template.name, "is_shared": True}, texts)
    db.session.commit()
    url = f"/mailings/templates/{template.id}"
    version = template.version
    values = template_values(name=template.name, version=version)
    assert client.login_as("anna").post(url, data=values | {"body_en": "Text of Anna"}).status_code == 303
    answer = client.login_as("clara").post(url, data=values | {"body_en": "Text of Clara"})
    assert (answer.status_code, "Text of Clara" in answer.text) == (409, True)
    assert load_texts(template.id)["en"].body == "Text of Anna"


def test_saving_without_a_change_is_no_conflict(client, anna, template):
    texts = load_texts(template.id)
    version = template.version
    save_template(anna, template, {"name": template.name, "is_shared": True}, texts)
    assert template.version == version
