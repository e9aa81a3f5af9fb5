"""Record pickers: typed names, chosen ids, and records hidden from the actor."""

from __future__ import annotations

import pytest
import wtforms as w
from flask import g
from werkzeug.datastructures import MultiDict

from crm.core import clock
from crm.core.forms.choices import WIDGETS, CodeChoice
from crm.core.forms.new_records import create_new_records, restore_new_names
from crm.core.forms.pickers import PickField
from crm.core.forms.staff_fields import UserField
from crm.organizations.models import Organization


class One(w.Form):
    organization = PickField("Organization", kinds=("organization",))


class Needed(w.Form):
    organization = PickField("Organization", kinds=("organization",), needed=True)


class Many(w.Form):
    organizations = PickField("Organizations", kinds=("organization",), many=True)


@pytest.fixture
def anna(app, session, actor):
    with app.test_request_context():
        g.actor = actor("anna")
        yield g.actor


def posted(cls, pairs, **kw):
    form = cls(MultiDict(pairs), **kw)
    return form, form.validate()


def test_chosen_id_is_accepted_and_loaded(anna, make_organization):
    row = make_organization("Huayue", "华岳")
    form, valid = posted(One, [("organization", str(row.id))])
    assert valid
    assert form.organization.data == row.id
    assert [tuple(r) for r in form.organization.records] == [(row.id, "organization", "Huayue", "华岳", None, False)]


@pytest.mark.parametrize("typed", ["Huayue", "huayue ", "华岳", "HUAY"])
def test_typed_name_is_matched(anna, make_organization, typed):
    row = make_organization("Huayue", "华岳")
    make_organization("Apex")
    form, valid = posted(One, [("organization", ""), ("organization-typed", typed)])
    assert valid
    assert form.organization.data == row.id
    assert form.organization.typed == []


def test_exact_name_wins_over_longer_ones(anna, make_organization):
    row = make_organization("Apex")
    make_organization("Apex Water")
    form, valid = posted(One, [("organization-typed", "apex")])
    assert (valid, form.organization.data) == (True, row.id)


def test_several_matches_are_offered_as_radio_buttons(anna, make_organization):
    one, two = make_organization("Apex Water"), make_organization("Apex Air")
    form, valid = posted(One, [("organization", ""), ("organization-typed", "apex")])
    assert not valid
    assert form.organization.errors == ["Choose one: several records are named “apex”."]
    html = str(form.organization())
    assert f'type="radio" name="organization" value="{one.id}"' in html
    assert f'type="radio" name="organization" value="{two.id}"' in html
    assert 'value="apex"' in html
    form, valid = posted(One, [("organization", ""), ("organization", str(two.id)), ("organization-typed", "apex")])
    assert (valid, form.organization.data) == (True, two.id)


def test_unknown_name_is_an_error_and_a_near_match_is_only_offered(anna, make_organization):
    make_organization("Okafor Metals")
    form, valid = posted(One, [("organization-typed", "Nobody")])
    assert not valid
    assert form.organization.errors == ["No organization named “Nobody”. Check the spelling or create it."]
    assert form.organization.offers == []
    form, valid = posted(One, [("organization-typed", "Okfaor")])
    assert not valid
    assert [o.label for o in form.organization.offers] == ["Okafor Metals"]


def test_each_unknown_name_is_an_error(anna, make_organization):
    make_organization("Huayue")
    form, valid = posted(Many, [("organizations-typed", name) for name in ("Nowhere Ltd", "Huayue", "Elsewhere Inc")])
    assert not valid
    assert form.organizations.errors == [
        f"No organization named “{name}”. Check the spelling or create it." for name in ("Nowhere Ltd", "Elsewhere Inc")
    ]
    assert (form.organizations.typed, len(form.organizations.records)) == (["Nowhere Ltd", "Elsewhere Inc"], 1)


def test_hidden_archived_and_other_kinds_cannot_be_chosen(anna, make_organization, actor):
    foreign = make_organization("Bay Organization", team_id=actor("boris").first_team_id)
    gone = make_organization("Gone")
    gone.archived_at = clock.now()
    for pairs in (
        [("organization", str(foreign.id))],
        [("organization-typed", "Bay Organization")],
        [("organization-typed", "Gone")],
        [("organization", "999999")],
    ):
        form, valid = posted(One, pairs)
        assert (valid, form.organization.data) == (False, None)
        html = str(form.organization())
        for echo in ('value="Bay Organization"', "“Bay Organization”", ":Bay Organization", "Bay Organization (new)"):
            html = html.replace(echo, "")
        assert "Bay" not in html


@pytest.mark.parametrize("id", ["x", "-1", "1.5", "99999999999", "1 or 1=1", "²"])
def test_invalid_id_is_refused(anna, session, id):
    form, valid = posted(One, [("organization", id)])
    assert not valid
    assert form.organization.errors == ["Choose one from the list."]


def test_required_picker_refuses_an_empty_value(anna, make_organization):
    form, valid = posted(Needed, [("organization", "")])
    assert (valid, form.organization.errors) == (False, ["Choose one or type a name."])
    row = make_organization("Huayue")
    assert posted(Needed, [("organization-typed", "Huayue")])[1]
    assert posted(One, [("organization", "")])[1]
    form, valid = posted(One, [("organization", "")], data={"organization": row.id})
    assert (valid, form.organization.data) == (True, None)


def test_multi_picker_accepts_ids_and_names_in_order(anna, make_organization, sql):
    one, two, three = make_organization("Alpha"), make_organization("Beta"), make_organization("Gamma")
    pairs = [
        ("organizations", str(two.id)),
        ("organizations", str(two.id)),
        ("organizations-typed", "gamma"),
        ("organizations-typed", "alpha"),
    ]
    form, valid = posted(Many, pairs)
    assert (valid, form.organizations.data) == (True, [two.id, three.id, one.id])
    assert [r.label for r in form.organizations] == ["Beta", "Gamma", "Alpha"]
    form, valid = posted(Many, [], data={"organizations": [one.id]})
    assert (valid, form.organizations.data) == (True, [])
    sql.clear()
    html = str(Many(data={"organizations": [one.id, two.id]}).organizations())
    assert len(sql) == 1
    assert html.count("selected") == 2
    assert html.count('name="organizations-typed"') == 3


def test_inputs_are_escaped_and_labelled(anna, make_organization):
    row = make_organization('<b>"Organization"')
    html = str(One(data={"organization": row.id}).organization())
    assert "&lt;b&gt;&#34;Organization&#34;" in html
    assert 'aria-label="Organization: or type a name"' in html
    assert 'data-url="/search?kinds=organization"' in html
    assert 'data-placeholder="Name or pinyin"' in html


def test_teams_and_users_offered_depend_on_the_actor(anna, people):
    class Assignment(w.Form):
        team = CodeChoice("Team", **WIDGETS["team"]._asdict(), blank=True)
        user = UserField("Counselor", blank=False)

    form = Assignment()
    assert [label for _v, label, *_ in form.team.iter_choices()] == ["", "Inland"]
    assert {u.name for u in people.values()} <= {label for _v, label, *_ in form.user.iter_choices()}
    assert not posted(Assignment, [("team", str(max(anna.team_ids) + 1)), ("user", "1")])[1]


def test_unknown_name_offers_to_create_the_record(anna, session):
    form, valid = posted(One, [("organization-typed", "Liu Fang")])
    assert not valid
    html = str(form.organization())
    assert 'type="radio"' in html
    assert 'value="new:organization:Liu Fang"' in html
    assert "Create organization “Liu Fang”, shared with all teams" in html


def test_chosen_new_name_is_created_only_when_the_form_is_carried_out(anna, session):
    pairs = [("organization", ""), ("organization", "new:organization:Liu Fang"), ("organization-typed", "Liu Fang")]
    form, valid = posted(Needed, pairs)
    assert (valid, form.organization.data) == (True, None)
    assert session.query(Organization).count() == 0
    assert '<option value="new:organization:Liu Fang" selected' in str(form.organization())
    create_new_records(form)
    row = session.get(Organization, form.organization.data)
    assert (row.label, row.team_id) == ("Liu Fang", None)
    session.delete(row)
    restore_new_names(form)
    assert form.organization.data is None
    assert "Liu Fang (new)" in str(form.organization())


def test_names_and_records_are_created_and_kept_in_a_field_for_many(anna, make_organization, session):
    row = make_organization("Alpha")
    values = [str(row.id), "new:organization:滨海仪器", "new:organization:Beta", "new:organization:Beta"]
    form, valid = posted(Many, [("organizations", x) for x in values])
    assert valid
    create_new_records(form)
    labels = [session.get(Organization, i).label for i in form.organizations.data]
    assert labels == ["Alpha", "滨海仪器", "Beta"]


@pytest.mark.parametrize("value", ["new:person:Liu", "new:organization:", "new:team:Liu", "new:", "newer"])
def test_new_record_of_another_kind_or_without_a_name_is_refused(anna, session, value):
    form, valid = posted(One, [("organization", value)])
    assert not valid
    assert form.organization.errors == ["Choose one from the list."]


def test_typed_name_replaces_a_new_one(anna, make_organization):
    row = make_organization("Alpha")
    form, valid = posted(One, [("organization", "new:organization:Beta"), ("organization-typed", "Alpha")])
    assert (valid, form.organization.data, form.organization.new_records) == (True, row.id, [])


def test_user_without_a_team_is_not_offered_to_create_records(app, session, actor):
    with app.test_request_context():
        g.actor = actor("nora")
        form, valid = posted(One, [("organization-typed", "Liu Fang")])
        assert not valid
        assert "new:" not in str(form.organization())
        assert not posted(One, [("organization", "new:organization:Liu Fang")])[1]
