"""Changes of many records: rights per record, refusals with their reason, the history, slices and undo."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from crm.bulk.policy import BulkOperation, BulkState
from crm.bulk.queries import find_listing
from crm.bulk.services import BulkChange, start_run
from crm.core.data.base import db
from crm.core.data.history import Change
from crm.core.search.search import search
from crm.desk.checks import check_search_index
from crm.followups.models import FollowUp
from crm.organizations.policy import AliasKind
from crm.organizations.services import change_organization, set_aliases
from crm.people.services import change_person
from crm.projects.services import add_project, change_project
from crm.records.queries import tags_of
from crm.records.services import set_tags
from tests.bulk.conftest import reasons
from tests.factories import archived, client_of, make_confidential, organization, person, product, reachable


def history_of(record_id: int) -> list[tuple[str, dict]]:
    rows = sa.select(Change.action, Change.diff).where(Change.root_id == record_id).order_by(Change.id.desc())
    return [(row.action, row.diff) for row in db.session.execute(rows.limit(1))]


def test_address_to_return_to_is_stored_up_to_its_length(people, actor):
    todo = BulkChange(find_listing("organizations"), BulkOperation.edit, {"field": "city", "value": "Ningbo"})
    run = start_run(actor("anna"), todo, [organization("Port Alpha").id], return_url="/" + "x" * 2000)
    assert run.return_url == "/" + "x" * 1999


def test_edited_field_is_saved_with_names_version_and_history(change):
    rows = [organization("Port Alpha", city="Suzhou"), organization("Port Beta")]
    versions = [row.version for row in rows]
    run = change("anna", "edit", rows, field="city", value="Ningbo")
    assert (run.state, run.changed, run.refused) == (BulkState.done, 2, [])
    assert [row.city_key for row in rows] == ["ningbo", "ningbo"]
    assert all("ningbo" in row.tokens for row in rows)
    assert all(row.version > version for row, version in zip(rows, versions, strict=True))
    assert history_of(rows[0].id)[0][1]["city"] == ["Suzhou", "Ningbo"]


def test_plain_field_has_the_same_history_as_an_edit_of_one_record(change):
    rows = [organization("Port Alpha", region="Jiangsu"), organization("Port Beta", region="Zhejiang")]
    versions = [row.version for row in rows]
    change("anna", "edit", rows, field="region", value="Zhejiang")
    db.session.expire_all()
    assert [row.region for row in rows] == ["Zhejiang", "Zhejiang"]
    assert history_of(rows[0].id) == [("changed", {"region": ["Jiangsu", "Zhejiang"]})]
    assert [row.version - old for row, old in zip(rows, versions, strict=True)] == [1, 0]


def load_derived(rows):
    db.session.flush()
    db.session.expire_all()
    return [(row.tokens, row.sort_key, row.label, row.city_key, row.zone) for row in rows]


@pytest.mark.parametrize("field", ["city", "country"])
def test_many_edited_records_have_what_follows_from_the_field_as_after_an_edit_of_one(change, actor, field):
    mill = organization("Suzhou Mill", native_name="苏州厂", city="Suzhou")
    set_aliases(mill, [(AliasKind.acronym, "SZM")])
    rows = [mill, organization("Port", country="US", zone="America/Denver")]
    people = [person("Zhou", "Limin", family_native="周", given_native="立民", organization=mill), person("Ma", "Jun")]
    reachable(people[0], email="zhou@mill.example")
    value = {"city": "宁波", "country": "CN"}[field]
    change("anna", "edit", rows, field=field, value=value)
    change("anna", "edit", people, "people", field=field, value=value)
    edited = load_derived([*rows, *people])
    diffs = [history_of(row.id)[0][1] for row in (*rows, *people)]
    for row in rows:
        change_organization(actor("anna"), row, {field: value})
    for row in people:
        change_person(actor("anna"), row, {field: value})
    assert load_derived([*rows, *people]) == edited
    assert (
        diffs[0]
        == {
            "city": {"city": ["Suzhou", "宁波"], "city_key": ["suzhou", "ning bo"]},
            "country": {"country": [None, "CN"], "zone": [None, "Asia/Shanghai"]},
        }[field]
    )
    assert check_search_index() == []
    if field == "city":
        assert {hit.id for hit in search(actor("anna"), "ningbo")} == {row.id for row in (*rows, *people)}
        assert [hit.id for hit in search(actor("anna"), "SZM")] == [mill.id]


def test_zone_of_another_country_follows_a_new_country(change, actor):
    anna = actor("anna")
    rows = [organization("Port", country="US", zone="America/Denver"), organization("Mill", country="CN")]
    people = [person("Ma", "Jun", country="US", zone="America/Denver"), person("Zhou", country="CN")]
    projects = [add_project(anna, {"name": name, "country": "US"}) for name in ("Water", "Rail")]
    change_organization(anna, rows[1], {"zone": "Asia/Urumqi"})
    change_person(anna, people[1], {"zone": "Asia/Urumqi"})
    change("anna", "edit", rows, field="country", value="CN")
    change("anna", "edit", people, "people", field="country", value="CN")
    change("anna", "edit", projects[:1], "projects", field="country", value="CN")
    change_project(anna, projects[1], {"country": "CN", "zone": projects[1].zone})
    db.session.expire_all()
    assert [row.zone for row in (*rows, *people)] == ["Asia/Shanghai", "Asia/Urumqi"] * 2
    assert [row.zone for row in projects] == ["Asia/Shanghai"] * 2
    change_organization(anna, rows[0], {"country": "JP", "zone": "Asia/Seoul"})
    change_person(anna, people[0], {"country": "US"})
    change_project(anna, projects[0], {"country": "JP"})
    assert [rows[0].zone, people[0].zone, projects[0].zone] == ["Asia/Seoul", "America/Los_Angeles", "Asia/Tokyo"]


@pytest.mark.parametrize("field", ["city", "region"])
def test_refused_records_stop_none_of_the_others(change, people, field):
    own = client_of("Inland", "Own Mill", counselor=people["anna"])
    secret = client_of("Inland", "Secret Mill", counselor=people["dora"])
    make_confidential(secret)
    other = client_of("Bay", "Bay Mill", counselor=people["boris"])
    run = change("anna", "edit", [own, secret, other], field=field, value="Ningbo")
    assert (run.changed, run.refused_count) == (1, 2)
    assert set(reasons(run).values()) == {"You no longer have access to this record."}
    db.session.expire_all()
    assert [getattr(row, field) for row in (own, secret, other)] == ["Ningbo", None, None]


def test_each_record_needs_its_own_right(change, people):
    own, colleagues = (client_of("Inland", name, counselor=people[name]) for name in ("anna", "dora"))
    run = change("anna", "assign", [own, colleagues], counselor_id=people["clara"].id)
    assert reasons(run) == {colleagues.id: "You don't have permission to change this record."}
    db.session.expire_all()
    assert (own.counselor_id, colleagues.counselor_id) == (people["clara"].id, people["dora"].id)


def test_confidential_records_are_assigned_as_others_are(change, people):
    rows = [client_of("Inland", name, counselor=people["anna"]) for name in ("Mill", "Secret Mill", "Mine")]
    make_confidential(rows[1])
    run = change("clara", "assign", rows, counselor_id=people["dora"].id)
    assert (run.changed, run.refused) == (3, [])
    db.session.expire_all()
    assert [row.counselor_id for row in rows] == [people["dora"].id] * 3


def test_reader_of_a_confidential_record_may_change_it(change, people):
    secret = client_of("Inland", "Secret Mill", counselor=people["anna"], confidential=True, readers=[people["dora"]])
    assert change("dora", "edit", [secret], field="region", value="Ningbo").changed == 1


def test_record_about_a_confidential_one_is_not_assigned_to_a_user_without_access(change, people):
    row = product(client_of("Inland", "Secret Mill", counselor=people["anna"], confidential=True))
    run = change("clara", "assign", [row], "products", counselor_id=people["dora"].id)
    assert reasons(run) == {row.id: "Dora Lindqvist doesn't have access to this confidential record."}
    db.session.expire_all()
    assert row.counselor_id == people["anna"].id


def test_counselor_without_access_is_refused_with_the_reason(change, people):
    mill = client_of("Inland", "Mill", counselor=people["anna"])
    run = change("anna", "assign", [mill], counselor_id=people["boris"].id)
    assert reasons(run)[mill.id].startswith("Choose a member of the record's team.")


def test_shared_records_are_archived_by_managers_only(change, people):
    shared, own = organization("Port"), client_of("Inland", "Mill", counselor=people["anna"])
    assert change("anna", "archive", [shared, own], why="Twice").changed == 1
    assert change("clara", "archive", [shared, own], why="Twice").changed == 2
    db.session.expire_all()
    assert (shared.archived_why, own.archived_why) == ("Twice", "Twice")


def test_tags_are_added_and_removed_without_touching_others(change):
    rows = [organization("Port Alpha"), organization("Port Beta")]
    set_tags(rows[0], "port, old")
    change("anna", "tag", rows, tags="Port, 重点客户")
    change("anna", "untag", rows, tags="old")
    assert list(tags_of([row.id for row in rows]).values()) == [["port", "重点客户"], ["port", "重点客户"]]
    assert history_of(rows[0].id)[0][0] == "deleted"


def test_record_with_too_many_tags_is_refused(change):
    full, fine = organization("Full"), organization("Fine")
    set_tags(full, ", ".join(f"t{number}" for number in range(20)))
    run = change("anna", "tag", [full, fine], tags="more")
    assert reasons(run) == {full.id: "Remove a tag first. This record has too many."}


def test_each_record_gets_its_follow_up(change, people):
    rows = [person("Zhou", "Limin"), person("Gao", "Lei")]
    values = {"title": "Send price list", "side": "we", "due_on": "2026-12-15", "counselor_id": people["anna"].id}
    assert change("anna", "follow_up", rows, listing="people", **values).changed == 2
    assert len(db.session.scalars(sa.select(FollowUp).where(FollowUp.title == "Send price list")).all()) == 2


def test_archived_record_gets_no_follow_up(change, people):
    gone, other = archived(person("Zhou", "Limin")), person("Gao", "Lei")
    values = {"title": "Send price list", "side": "we", "due_on": "2026-12-15", "counselor_id": people["anna"].id}
    run = change("anna", "follow_up", [gone, other], listing="people", **values)
    reason = f"“{gone.label}” is archived. Restore it, then try again."
    assert (run.changed, reasons(run)) == (1, {gone.id: reason})
