"""Fields that name a record: what is typed, what is chosen, what the actor may not see."""

from __future__ import annotations

import pytest
import wtforms as w
from flask import g
from werkzeug.datastructures import MultiDict

from crm.core import clock
from crm.core.data.record import name_record
from crm.core.forms.pickers import PickField, TeamField, UserField
from crm.organizations.models import Organization


class One(w.Form):
    firm = PickField("Firm", kinds=("organization",))


class Needed(w.Form):
    firm = PickField("Firm", kinds=("organization",), needed=True)


class Many(w.Form):
    firms = PickField("Firms", kinds=("organization",), many=True)


@pytest.fixture
def firm(session):
    def make(name, native="", **facts):
        made = Organization(name=name, native_name=native or None, **facts)
        name_record(made, name, native)
        session.add(made)
        session.flush()
        return made

    return make


@pytest.fixture
def anna(app, session, actor):
    with app.test_request_context():
        g.actor = actor("anna")
        yield g.actor


def posted(cls, pairs, **kw):
    form = cls(MultiDict(pairs), **kw)
    return form, form.validate()


def test_chosen_id_is_taken_and_looked_up(anna, firm):
    made = firm("Huayue", "华岳")
    form, valid = posted(One, [("firm", str(made.id))])
    assert valid
    assert form.firm.data == made.id
    assert [tuple(r) for r in form.firm.records] == [(made.id, "organization", "Huayue", "华岳")]


@pytest.mark.parametrize("typed", ["Huayue", "huayue ", "华岳", "HUAY"])
def test_typed_name_is_found(anna, firm, typed):
    made = firm("Huayue", "华岳")
    firm("Apex")
    form, valid = posted(One, [("firm", ""), ("firm-typed", typed)])
    assert valid
    assert form.firm.data == made.id
    assert form.firm.typed == []


def test_exact_name_wins_over_longer_ones(anna, firm):
    made = firm("Apex")
    firm("Apex Water")
    form, valid = posted(One, [("firm-typed", "apex")])
    assert (valid, form.firm.data) == (True, made.id)


def test_several_are_offered_and_a_radio_button_decides(anna, firm):
    one, two = firm("Apex Water"), firm("Apex Air")
    form, valid = posted(One, [("firm", ""), ("firm-typed", "apex")])
    assert not valid
    assert form.firm.errors == ["Choose one: several records are named “apex”."]
    html = str(form.firm())
    assert f'type="radio" name="firm" value="{one.id}"' in html
    assert f'type="radio" name="firm" value="{two.id}"' in html
    assert 'value="apex"' in html
    form, valid = posted(One, [("firm", ""), ("firm", str(two.id)), ("firm-typed", "apex")])
    assert (valid, form.firm.data) == (True, two.id)


def test_unknown_name_says_what_to_do_and_a_typo_is_only_offered(anna, firm):
    firm("Okafor Metals")
    form, valid = posted(One, [("firm-typed", "Nobody")])
    assert not valid
    assert form.firm.errors == ["No organization named “Nobody”. Check the spelling or add it first."]
    assert form.firm.offers == []
    form, valid = posted(One, [("firm-typed", "Okfaor")])
    assert not valid
    assert [o.label for o in form.firm.offers] == ["Okafor Metals"]


def test_foreign_archived_and_other_kinds_cannot_be_chosen(anna, firm, actor):
    foreign = firm("Bay Firm", team_id=actor("boris").first_team_id)
    gone = firm("Gone")
    gone.archived_at = clock.now()
    for pairs in (
        [("firm", str(foreign.id))],
        [("firm-typed", "Bay Firm")],
        [("firm-typed", "Gone")],
        [("firm", "999999")],
    ):
        form, valid = posted(One, pairs)
        assert (valid, form.firm.data) == (False, None)
        assert "Bay" not in str(form.firm()).replace('value="Bay Firm"', "")


@pytest.mark.parametrize("id", ["x", "-1", "1.5", "99999999999", "1 or 1=1", "²"])
def test_what_is_no_id_is_refused(anna, session, id):
    form, valid = posted(One, [("firm", id)])
    assert not valid
    assert form.firm.errors == ["Choose one from the list."]


def test_field_that_needs_an_answer(anna, firm):
    form, valid = posted(Needed, [("firm", "")])
    assert (valid, form.firm.errors) == (False, ["Choose one or type a name."])
    made = firm("Huayue")
    assert posted(Needed, [("firm-typed", "Huayue")])[1]
    assert posted(One, [("firm", "")])[1]
    form, valid = posted(One, [("firm", "")], data={"firm": made.id})
    assert (valid, form.firm.data) == (True, None)


def test_many_takes_ids_and_names_in_order(anna, firm, sql):
    one, two, three = firm("Alpha"), firm("Beta"), firm("Gamma")
    pairs = [("firms", str(two.id)), ("firms", str(two.id)), ("firms-typed", "gamma"), ("firms-typed", "alpha")]
    form, valid = posted(Many, pairs)
    assert (valid, form.firms.data) == (True, [two.id, three.id, one.id])
    assert [r.label for r in form.firms] == ["Beta", "Gamma", "Alpha"]
    form, valid = posted(Many, [], data={"firms": [one.id]})
    assert (valid, form.firms.data) == (True, [])
    sql.clear()
    shown = str(Many(data={"firms": [one.id, two.id]}).firms())
    assert len(sql) == 1
    assert shown.count("selected") == 2
    assert shown.count('name="firms-typed"') == 3


def test_inputs_are_escaped_and_labelled(anna, firm):
    made = firm('<b>"Firm"')
    html = str(One(data={"firm": made.id}).firm())
    assert "&lt;b&gt;&#34;Firm&#34;" in html
    assert 'aria-label="Firm: or type a name"' in html
    assert 'data-url="/search?kinds=organization"' in html


def test_teams_and_users_offered_are_those_of_the_actor(anna, people):
    class Who(w.Form):
        team = TeamField("Team")
        user = UserField("Counselor", blank=False)

    form = Who()
    assert [label for _v, label, *_ in form.team.iter_choices()] == ["", "Inland"]
    assert {u.name for u in people.values()} <= {label for _v, label, *_ in form.user.iter_choices()}
    assert not posted(Who, [("team", str(max(anna.team_ids) + 1)), ("user", "1")])[1]
