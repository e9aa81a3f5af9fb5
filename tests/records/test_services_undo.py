"""What undo restores, refuses and returns, without a request: names of actions, limits, and many records at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from crm.core.clock import now
from crm.core.data.base import db
from crm.core.data.history import Batch, ChangeSource, act_as
from crm.core.data.net_changes import NetChange
from crm.core.errors import Conflict, NotFound
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.policy import MailState
from crm.core.mail.outbox.put import put_mail
from crm.followups.services import add_follow_up, change_follow_up
from crm.organizations.models import Organization
from crm.people.services import change_person
from crm.records.models import ContactPoint
from crm.records.policy import ContactMedium
from crm.records.recent_actions import find_last_action, list_recent_actions
from crm.records.services import UndoConflict, UndoResult, name_action, set_tags, undo_action, undo_records
from crm.records.services import undo as undo_module
from crm.records.services.undo_rows import add_row, delete_created, load_rows, reset_row
from tests.factories import client_of, make_confidential, organization, person, representation


@pytest.fixture
def act(people, actor, clock):
    """Return a function that performs a change as one request of a user, and returns the id of the action."""

    def act(name: str, change, message: str = "Saved."):
        act_as(db.session(), actor(name), ChangeSource.web)
        change()
        batch_id = name_action(message)
        act_as(db.session(), actor(name), ChangeSource.web)
        return batch_id

    return act


def setting(row, **values):
    def change() -> None:
        for name, value in values.items():
            setattr(row, name, value)
        db.session.flush()

    return change


def test_action_is_named_once_and_only_if_it_can_be_undone(act, people, actor, monkeypatch):
    mill = organization("Mill", city="Suzhou")
    batch_id = act("anna", setting(mill, city="Wuxi"), "x" * 300)
    batch = db.session.get_one(Batch, batch_id)
    assert (batch.title, batch.kind, batch.actor_id, batch.at) == ("x" * 200, "action", people["anna"].id, now())
    assert act("anna", lambda: None) is None
    assert act("anna", setting(mill, restricted=True)) is None
    act_as(db.session(), actor("anna"), ChangeSource.web)
    setting(mill, city="Ningbo")()
    first = name_action("First")
    assert (name_action("Second"), db.session.get_one(Batch, first).title) == (None, "First")
    monkeypatch.setattr(undo_module, "MAX_CHANGES", 2)
    rows = [organization(f"Port {n}") for n in range(3)]
    db.session.flush()
    for count in (2, 3):
        changes = [setting(row, city=f"City {count}") for row in rows[:count]]
        assert (act("anna", lambda changes=changes: [change() for change in changes]) is not None) == (count == 2)


def test_undone_action_returns_its_message_and_main_record(act, actor, people):
    anna, mill, zhou = actor("anna"), organization("Mill", city="Suzhou"), person("Zhou", "Limin")
    batch_id = act("anna", lambda: (setting(mill, city="Wuxi")(), setting(zhou, languages="Chinese")()), "Both saved.")
    act_as(db.session(), anna, ChangeSource.web)
    assert undo_action(anna, batch_id) == UndoResult("Both saved.", zhou.id, False)
    assert (mill.city, zhou.languages) == ("Suzhou", None)
    undo_id = name_action("Undone.")
    batch, own = db.session.get_one(Batch, batch_id), db.session.get_one(Batch, undo_id)
    db.session.refresh(own)
    assert (batch.undone_at, own.kind, own.undone_at) == (now(), "undo", None)
    act_as(db.session(), anna, ChangeSource.web)
    assert undo_action(anna, undo_id) == UndoResult("Undone.", zhou.id, True)
    again = db.session.get_one(Batch, name_action("Again."))
    db.session.refresh(again)
    assert (again.kind, mill.city, zhou.languages) == ("action", "Wuxi", "Chinese")
    act_as(db.session(), anna, ChangeSource.web)
    created = act("anna", lambda: organization("New"), "New saved.")
    act_as(db.session(), anna, ChangeSource.web)
    assert undo_action(anna, created) == UndoResult("New saved.", None, False)


def test_action_of_others_without_a_message_or_of_another_kind_is_not_found(act, actor, people, clock):
    anna, mill = actor("anna"), organization("Mill", city="Suzhou")
    batch_id = act("anna", setting(mill, city="Wuxi"))
    batch = db.session.get_one(Batch, batch_id)
    with pytest.raises(NotFound):
        undo_action(actor("dora"), batch_id)
    for values in ({"title": ""}, {"kind": "import"}):
        before = {name: getattr(batch, name) for name in values}
        setting(batch, **values)()
        with pytest.raises(NotFound):
            undo_action(anna, batch_id)
        setting(batch, **before)()
    clock.forward(hours=1, seconds=1)
    with pytest.raises(Conflict, match="undone for 60 minutes"):
        undo_action(anna, batch_id)
    clock.forward(seconds=-1)
    undo_action(anna, batch_id)
    with pytest.raises(Conflict, match="already undone"):
        undo_action(anna, batch_id)


def test_several_records_are_undone_except_those_changed_or_hidden_since(act, actor, people):
    anna = actor("anna")
    rows = {name: client_of("Inland", name, counselor=people["anna"]) for name in ("a", "b", "c", "d")}
    batch_id = act("anna", lambda: [setting(row, city="Wuxi")() for row in rows.values()])
    batch = db.session.get_one(Batch, batch_id)
    assert undo_records(anna, batch, [rows["a"].id]) == set()
    setting(rows["b"], city="Ningbo")()
    rows["c"].counselor_id = people["dora"].id
    make_confidential(rows["c"])
    ids = [rows[name].id for name in ("b", "c", "d")]
    assert undo_records(anna, batch, ids) == {rows["b"].id, rows["c"].id}
    assert [row.city for row in rows.values()] == [None, "Ningbo", "Wuxi", None]


def test_undo_cancels_unsent_emails_about_restored_and_created_records(act, actor, people):
    anna, mill, other = actor("anna"), organization("Mill"), organization("Other")
    new_rows = []
    batch_id = act("anna", lambda: (setting(mill, city="Wuxi")(), new_rows.append(organization("New"))))
    mails = [
        put_mail("digest", RenderedMail("x", "x", ""), to=people["anna"], dedupe_key=row.label, record=row)
        for row in (mill, *new_rows, other)
    ]
    act_as(db.session(), anna, ChangeSource.web)
    undo_action(anna, batch_id)
    db.session.expire_all()
    assert [mail.state for mail in mails] == [MailState.canceled, MailState.canceled, MailState.pending]
    assert (new_rows[0].archived_why, new_rows[0].archived_at) == ("Undone", now())


def test_change_that_stands_in_the_way_is_named(act, actor, people):
    anna, mill = actor("anna"), organization("Mill", city="Suzhou")
    batch_id = act("anna", setting(mill, city="Wuxi", website="https://a.example"))
    setting(mill, city="Ningbo")()
    with pytest.raises(UndoConflict, match="“Mill” has been changed") as refused:
        undo_action(anna, batch_id)
    assert (refused.value.record_id, mill.website) == (mill.id, "https://a.example")
    created = act("anna", lambda: organization("New"))
    new = db.session.scalars(sa.select(Organization).where(Organization.label == "New")).one()
    act("anna", lambda: set_tags(new, "water"))
    with pytest.raises(UndoConflict, match="“New” has been changed"):
        undo_action(anna, created)


def test_recent_actions_are_those_of_the_last_hour_newest_first(act, actor, people, clock):
    anna, mill, hidden = actor("anna"), organization("Mill"), client_of("Inland", "Hidden", counselor=people["anna"])
    first = act("anna", setting(mill, city="Wuxi"), "First")
    act("dora", setting(mill, city="Ningbo"), "Of another user")
    act("anna", setting(hidden, city="Reno"), "Of a hidden record")
    hidden.counselor_id = people["dora"].id
    make_confidential(hidden)
    clock.forward(minutes=50)
    second = act("anna", setting(mill, city="Suzhou"), "Second")
    actions = list_recent_actions(anna)
    assert [(row.id, row.message, row.is_undone, row.record_id, row.name) for row in actions] == [
        (second, "Second", False, mill.id, "Mill"),
        (first, "First", False, mill.id, "Mill"),
    ]
    assert (find_last_action(anna), find_last_action(actor("clara"))) == (second, None)
    clock.forward(minutes=10)
    assert (len(list_recent_actions(anna)), find_last_action(anna)) == (2, second)
    clock.forward(seconds=1)
    assert ([row.id for row in list_recent_actions(anna)], find_last_action(anna)) == ([second], None)
    assert now() - actions[0].at == timedelta(minutes=10, seconds=1)


def test_action_on_many_records_is_not_named_after_one_of_them(act, actor):
    rows = [organization(f"Mill {number}") for number in range(6)]

    def move() -> None:
        for row in rows:
            row.city = "Wuxi"
        db.session.flush()

    act("anna", move, "Edit field: 6 records changed")
    (action,) = list_recent_actions(actor("anna"))
    assert (action.title, action.record_id) == ("Edit field: 6 records changed", None)


def test_records_that_repeat_a_name_since_follow_its_undo(act, actor, people):
    zhou = person("Zhou", "Limin")
    batch_id = act("anna", lambda: change_person(actor("anna"), zhou, {"family_latin": "Chow"}))
    rep = representation(client_of("Inland", "Tri-Valley"), zhou)
    assert rep.label == "Limin Chow for Tri-Valley"
    undo_action(actor("anna"), batch_id)
    assert rep.label == "Limin Zhou for Tri-Valley"


def test_record_whose_link_comes_back_is_confidential_as_the_other_one_by_now(act, actor, people):
    anna, client, port = actor("anna"), client_of("Inland", counselor=people["anna"]), organization("Port")
    row = add_follow_up(anna, {"title": "Call", "due_on": date(2026, 3, 12)}, about=[client.id])
    batch_id = act("anna", lambda: change_follow_up(anna, row, {"about": [port.id]}))
    make_confidential(client)
    assert not row.confidential
    undo_action(anna, batch_id)
    assert row.confidential


def test_rows_are_deleted_restored_and_added_back_if_nothing_stands_in_the_way(people):
    zhou, dora = person("Zhou", "Limin", counselor=people["dora"]), people["dora"]
    point = ContactPoint(record_id=zhou.id, medium=ContactMedium.email, raw="a@b.example", value="a@b.example")
    db.session.add(point)
    db.session.flush()
    key, values = str(point.id), {"raw": [None, "a@b.example"], "medium": [None, "email"]}
    created = NetChange("contact_point", key, zhou.id, "created", values)
    assert delete_created(created)
    db.session.flush()
    assert delete_created(created)
    deleted = NetChange("contact_point", key, zhou.id, "deleted", {k: [new, None] for k, (_old, new) in values.items()})
    deleted.diff["record_id"] = [zhou.id, None]
    assert add_row(deleted)
    db.session.flush()
    assert not add_row(deleted)
    row = db.session.scalars(sa.select(ContactPoint)).one()
    assert (str(row.id), row.record_id, row.raw) == (key, zhou.id, "a@b.example")
    zhou.city, zhou.counselor_id = "Wuxi", people["anna"].id
    change = NetChange(
        "person",
        str(zhou.id),
        zhou.id,
        "changed",
        {"city": ["Suzhou", "Wuxi"], "counselor_id": [dora.id, people["anna"].id], "restricted": [True, False]},
    )
    dora.active = False
    db.session.flush()
    assert not reset_row(change._replace(diff={"city": ["Suzhou", "Ningbo"]}))
    assert not reset_row(change._replace(row_id="999999"))
    assert reset_row(change)
    assert (zhou.city, zhou.counselor_id, zhou.restricted) == ("Suzhou", people["anna"].id, False)
    zhou.city, dora.active = "Wuxi", True
    db.session.flush()
    assert reset_row(change)
    assert zhou.counselor_id == dora.id
    assert load_rows([change, deleted]) in ([zhou, row], [row, zhou])
