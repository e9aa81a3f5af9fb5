"""Fields with choices: what is offered, selected and returned."""

from __future__ import annotations

import wtforms as w
from werkzeug.datastructures import MultiDict

from crm.core.forms.choice_sources import zone_choices
from crm.core.forms.fields import MultiCodeField
from crm.core.forms.forms import of
from crm.core.policy import Role
from crm.organizations.models import Organization
from tests.core.forms.lookups import Every


def test_choice_marks_the_selected_option(app):
    with app.test_request_context():
        form = Every(data={"maybe": Role.manager})
        assert [choice.data for choice in form.maybe if choice.checked] == ["manager"]


def test_stored_value_that_is_not_offered_is_shown_by_name(app):
    with app.test_request_context():
        form = type("F", (w.Form,), {"zone": of(Organization.zone)})(obj=Organization(zone="Asia/Urumqi"))
        chosen = [(choice.value, choice.label) for choice in form.zone.iter_choices() if choice.selected]
    assert chosen == [("Asia/Urumqi", "Urumqi")]


def test_time_zones_are_offered_by_city(app):
    with app.test_request_context():
        names = dict(zone_choices())
    assert names["America/Argentina/Buenos_Aires"] == "Buenos Aires, UTC-3"
    assert names["Asia/Ho_Chi_Minh"] == "Ho Chi Minh, UTC+7"


def test_multi_code_field_returns_enum_members(app):
    with app.test_request_context():
        many = type("F", (w.Form,), {"roles": MultiCodeField("Roles", Role)})
        bound = many(MultiDict([("roles", "staff"), ("roles", "manager")]))
        assert bound.validate()
        assert bound.roles.chosen == [Role.staff, Role.manager]
        assert not many(MultiDict([("roles", "emperor")])).validate()
