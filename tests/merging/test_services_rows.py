"""What a merge stores, which names, positions and parents remain, and what its undo leaves alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from crm.core.clock import now
from crm.core.data.base import db
from crm.core.data.history import Batch
from crm.core.errors import Conflict, Forbidden, Invalid, NotFound
from crm.core.hooks import BATCH_UNDO
from crm.interactions.models import InteractionLink
from crm.merging.queries import FIRST, SECOND, FieldChoice, FieldSide, list_merged_ids
from crm.merging.services import check_pair, unmerge
from crm.opportunities.services import add_opportunity
from crm.organizations.models import Alias
from crm.organizations.policy import AliasKind
from crm.people.models import Affiliation
from crm.records.models import OtherName, Recent, Star
from crm.records.services import note_recent, star
from tests.factories import affiliation, archived, client_of, organization, person, product
from tests.merging.lookups import log, merge

PAST = date(2025, 1, 1)


def test_merge_is_stored_with_its_records_user_and_message(clara, clock):
    a, b, c = organization("Huayue"), organization("华月"), organization("Other")
    b.label, b.native_label = "", "华月"
    row = merge(clara, a, b)
    batch = db.session.get_one(Batch, row.batch_id)
    assert (row.survivor_id, row.duplicate_id) == (a.id, b.id)
    assert (batch.kind, batch.title, batch.actor_id, batch.at, batch.undone_at) == (
        "merge",
        "华月 was merged into Huayue.",
        clara.id,
        now(),
        None,
    )
    assert (b.archived_why, b.archived_at, b.tokens) == ("Merged into Huayue", now(), "")
    assert (list_merged_ids(a.id), list_merged_ids(c.id)) == ([b.id], [])
    clock.forward(hours=1)
    assert unmerge(clara, row) is b
    own = db.session.scalars(sa.select(Batch).order_by(Batch.id.desc())).first()
    assert (own.kind, own.title, own.at, own.actor_id, batch.undone_at) == ("unmerge", "", now(), clara.id, now())
    assert (b.archived_at, b.merged_into_id, "华月" in b.native_label + b.label) == (None, None, True)
    with pytest.raises(Conflict, match="already undone"):
        unmerge(clara, row)


def test_undo_of_the_batch_is_for_its_user(clara, actor):
    a, b = client_of("Inland", "Huayue"), client_of("Inland", "Hua Yue")
    row = merge(clara, a, b)
    undo = BATCH_UNDO["merge"]
    for viewer, batch_id in ((actor("anna"), row.batch_id), (clara, 0)):
        with pytest.raises(NotFound):
            undo(viewer, batch_id)
    with pytest.raises(Forbidden):
        unmerge(actor("boris"), row)
    assert undo(clara, row.batch_id) == ("Hua Yue was merged into Huayue.", b.id)


def test_names_that_were_not_chosen_are_found_once(clara):
    a, b = organization("Huayue", "华月"), organization("Hua Yue", "华月")
    db.session.add_all(Alias(organization_id=a.id, name=name) for name in ("HY", "Hua Yue"))
    db.session.add(Alias(organization_id=b.id, name="HY Ltd"))
    db.session.flush()
    merge(clara, a, b, name="b")
    aliases = {row.name: row.kind for row in db.session.scalars(sa.select(Alias).where(Alias.organization_id == a.id))}
    assert (a.label, set(aliases)) == ("Hua Yue", {"HY", "Hua Yue", "HY Ltd", "Huayue"})
    assert aliases["Huayue"] is AliasKind.trading
    zhou, chou = person("Zhou", "Limin"), person("Chou", "Limin", family_native="周", given_native="立民")
    merge(clara, zhou, chou)
    names = db.session.scalars(sa.select(OtherName.name).where(OtherName.record_id == zhou.id)).all()
    assert (names, zhou.native_label) == (["Chou Limin"], "周立民")
    assert {"chou", "zhou"} <= set(zhou.tokens.split())


@pytest.mark.parametrize("has_position", [True, False])
def test_one_current_position_stays_primary(clara, has_position):
    a, b = person("Zhou", "Limin"), person("Zhou", "Limin")
    affiliation(b, organization("Oldest"))
    of_duplicate = affiliation(b, organization("Older"), main=True)
    past = affiliation(a, organization("Past"), main=True, to_on=PAST)
    own = affiliation(a, organization("Newest"), main=True, to_on=None if has_position else PAST)
    merge(clara, a, b)
    stmt = sa.select(Affiliation.id).where(Affiliation.person_id == a.id, Affiliation.to_on.is_(None), Affiliation.main)
    assert db.session.scalars(stmt).all() == [own.id if has_position else of_duplicate.id]
    assert past.main


def test_organization_below_the_merged_one_is_not_its_parent(clara):
    top = organization("Top")
    middle = organization("Middle", parent_id=top.id)
    bottom = organization("Bottom", parent_id=middle.id)
    other = organization("Other", parent_id=bottom.id, parent_share=51)
    merge(clara, top, other, parent_id="b")
    assert (top.parent_id, top.parent_share) == (None, None)


@pytest.mark.parametrize("side", ["a", "b"])
def test_organization_merged_with_its_parent_gets_the_parent_above(clara, side):
    holding = organization("Holding")
    parent = organization("Parent", parent_id=holding.id, parent_share=60)
    child, sibling = organization("Child", parent_id=parent.id, parent_share=51), organization("Sibling")
    sibling.parent_id = parent.id
    db.session.flush()
    row = merge(clara, child, parent, parent_id=side)
    assert (child.parent_id, child.parent_share, sibling.parent_id) == (holding.id, 60, child.id)
    unmerge(clara, row)
    assert (child.parent_id, child.parent_share, parent.parent_id) == (parent.id, 51, holding.id)
    merge(clara, parent, child, parent_id=side)
    assert (parent.parent_id, sibling.parent_id) == (holding.id, parent.id)


def test_organization_merged_with_its_topmost_parent_has_no_parent(clara):
    parent = organization("Parent")
    child = organization("Child", parent_id=parent.id, parent_share=51)
    merge(clara, child, parent)
    assert (child.parent_id, child.parent_share) == (None, None)


def test_merged_product_keeps_the_counselor_of_its_client(clara, people):
    client = client_of("Inland", counselor=people["anna"])
    a, b = product(client, "Filter"), product(client, "Filter II")
    a.counselor_id, b.counselor_id = people["anna"].id, people["dora"].id
    db.session.flush()
    merge(clara, a, b, counselor_id="b", name="b")
    assert (a.counselor_id, a.label, a.client_id) == (people["anna"].id, "Filter II", client.id)


def test_counselor_who_was_deactivated_since_gets_no_record_back(clara, people):
    rows = {}
    for name in ("dora", "anna"):
        a, b = (client_of("Inland", counselor=people[x]) for x in (name, "clara"))
        rows[name] = (a, merge(clara, a, b, counselor_id="b"))
    people["dora"].active = False
    db.session.flush()
    for a, row in rows.values():
        assert a.counselor_id == people["clara"].id
        unmerge(clara, row)
    assert [a.counselor_id for a, _row in rows.values()] == [people["clara"].id, people["anna"].id]


def test_bookmarks_move_once_and_come_back_unless_changed_since(clara, actor, clock):
    a, b = organization("Huayue"), organization("Hua Yue")
    anna, dora = actor("anna"), actor("dora")
    for viewer, record in ((anna, a), (anna, b), (dora, b), (clara, b)):
        star(viewer, record, on=True)
        note_recent(viewer.id, record.id)
        clock.forward(minutes=1)
    call = log(clara, organizations=(a,), about=(b,))

    def stars(table=Star) -> set[tuple[int, int]]:
        return {tuple(row) for row in db.session.execute(sa.select(table.user_id, table.record_id))}

    def is_stated() -> dict[int, bool]:
        stmt = sa.select(InteractionLink.record_id, InteractionLink.stated)
        return dict(map(tuple, db.session.execute(stmt.where(InteractionLink.interaction_id == call.id))))

    before, stated = stars(), is_stated()
    assert stated == {a.id: False, b.id: True}
    row = merge(clara, a, b)
    assert stars() == stars(Recent) == {(anna.id, a.id), (dora.id, a.id), (clara.id, a.id)}
    assert is_stated() == {a.id: True}
    assert set(row.unlogged["removed"]) >= {"star.record_id", "recent.record_id", "interaction_link.record_id"}
    star(clara, a, on=False)
    db.session.flush()
    unmerge(clara, row)
    assert (stars(), stars(Recent), is_stated()) == (before, before, stated)


def test_pair_is_refused_on_the_field_of_the_other_record(clara):
    client, of_bay = client_of("Inland"), client_of("Bay")
    opportunities = [add_opportunity(clara, {"client_id": client.id, "title": "x"}) for _n in range(2)]
    check_pair(*opportunities)
    pairs = [
        (client, client),
        (client, person("Zhou")),
        (client, archived(client_of("Inland"))),
        (client, of_bay),
        (product(client), product(client_of("Inland"))),
        (opportunities[0], add_opportunity(clara, {"client_id": client_of("Inland").id, "title": "x"})),
    ]
    for first, second in pairs:
        with pytest.raises(Invalid) as refused:
            check_pair(first, second)
        assert refused.value.field == "b"


@pytest.mark.parametrize(
    ("first", "second", "newer"), [(1, 2, SECOND), (2, 1, FIRST), (1, 1, ""), (None, 1, ""), (1, None, "")]
)
def test_newer_side_of_a_choice_is_the_one_changed_last(first, second, newer):
    start = datetime(2026, 3, 10)
    sides = [
        FieldSide(text, hours and start + timedelta(hours=hours), "") for text, hours in (("A", first), ("B", second))
    ]
    group = SimpleNamespace(key="city", label="City")
    choice = FieldChoice(group, *sides, SECOND, {})
    assert (choice.newer, choice.text, choice.key, choice.label) == (newer, "B", "field-city", "City")
