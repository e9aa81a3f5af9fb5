"""A field of many products, projects, shows or opportunities: with few statements, but the result of an edit of one."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest
import sqlalchemy as sa

from crm.bulk.queries import find_listing, list_fields
from crm.bulk.services import begin_undo, continue_run
from crm.core.data.base import db
from crm.core.data.history import Change
from crm.core.data.plain_values import plain
from crm.core.data.summaries import find_wrong_sums
from crm.core.data.visibility_keys import find_wrong_visibility_keys
from crm.desk.checks import check_search_index
from crm.matching.models import ProductMatch
from crm.opportunities.models import OpportunityChange
from crm.opportunities.services import change_opportunity
from crm.opportunities.stages import LicenseGate, OpportunityStage, SalesPath, WaitingFor
from crm.products.policy import ClassificationSource, Jurisdiction, ProductKind
from crm.projects.policy import ProjectPhase, SourceKind
from crm.projects.services import add_project, change_project, save_need
from crm.projects.services.structure import save_package
from crm.projects.structure_policy import PackageState
from crm.shows.policy import ShowKind
from crm.shows.services import save_meeting, save_show
from tests.bulk.conftest import reasons
from tests.factories import client_of, make_confidential, product
from tests.factories.opportunities import make_opportunity
from tests.matching.conftest import refreshed

pytestmark = pytest.mark.engine_in_turn

DAY = date(2027, 1, 5)
BID = datetime(2026, 12, 18, 17)
PACKAGE = {"name": "Lot 1", "native_name": None, "organization_id": None, "state": PackageState.open, "bid_wall": BID}
OF_ROW = {"id", "uid", "name", "title", "label", "sort_key", "tokens", "created_at", "changed_at", "changed_by_id"}

VALUES = {
    "products": {
        "offer": ProductKind.material,
        "hs6": "902680",
        "naics": "332911",
        "certificates": "ISO 9001, CE",
        "jurisdiction": Jurisdiction.ear,
        "eccn": "3A001.a",
        "capacity": "18,000 m",
        "capacity_number": Decimal("5.00"),
        "capacity_unit": "t/year",
        "usml_category": "XI",
        "said_by": ClassificationSource.client,
        "said_on": date(2026, 1, 5),
        "ip_note": "Patent in China",
    },
    "projects": {
        "phase": ProjectPhase.tender,
        "city": "宁波",
        "country": "US",
        "zone": "Asia/Tokyo",
        "source_kind": SourceKind.web_page,
        "heard_on": DAY,
    },
    "shows": {
        "starts_on": date(2027, 1, 4),
        "ends_on": date(2027, 1, 9),
        "type": ShowKind.webinar,
        "city": "宁波",
        "country": "CN",
        "venue": "Expo Hall 7",
    },
    "opportunities": {
        "amount": Decimal("5000.00"),
        "probability": 35,
        "close_on": date(2027, 5, 5),
        "waiting_for": WaitingFor.client,
        "second_counselor_id": "clara",
        "path": SalesPath.direct_sale,
        "currency": "EUR",
        "license_gate": LicenseGate.not_needed,
    },
}
CASES = [(listing, field, value) for listing, fields in VALUES.items() for field, value in fields.items()]


@pytest.fixture
def make_row(actor, people):
    """Return a function that adds a record to a list: `make_row("shows", "Water Expo")`."""
    client = client_of("Inland", "ClearAir Sensors", counselor=people["anna"])
    anna = actor("anna")
    makers = {
        "products": lambda name: product(client, name, capacity_number=Decimal(3)),
        "projects": lambda name: add_project(anna, {"name": name, "country": "CN", "city": "Suzhou", "bid_wall": BID}),
        "shows": lambda name: save_show(anna, {"name": name, "starts_on": DAY, "ends_on": DAY, "city": "Suzhou"}),
        "opportunities": lambda name: make_opportunity(client, name, counselor=people["anna"], amount=Decimal(100)),
    }

    def make(listing, name):
        row = makers[listing](name)
        db.session.flush()
        return row

    return make


@pytest.fixture
def only_quick(monkeypatch):
    """Let a change of one record fail."""
    monkeypatch.setattr("crm.bulk.services.rows.change_one", lambda *_args: 1 // 0)


def columns_of(row):
    db.session.flush()
    db.session.expire_all()
    return {a.key: getattr(row, a.key) for a in sa.inspect(row).mapper.column_attrs if a.key not in OF_ROW}


def extra_words(row):
    return set(row.tokens.split()) - set(row.label.casefold().split())


def last_change(row):
    stmt = (
        sa.select(Change.action, Change.table, Change.diff).where(Change.root_id == row.id).order_by(Change.id.desc())
    )
    return tuple(db.session.execute(stmt.limit(1)).one())


def changes_of(row):
    c = OpportunityChange
    stmt = sa.select(c.field, c.old, c.new, c.by_id, c.why, c.skipped).where(c.opportunity_id == row.id).order_by(c.id)
    return [tuple(line) for line in db.session.execute(stmt)]


def test_all_fields_of_these_lists_are_tested(actor):
    for name, fields in VALUES.items():
        listing = find_listing(name)
        offered = {col.field for col in list_fields(listing, actor("anna"))} - {"counselor_id"}
        assert offered == fields.keys() == listing.editing.many.keys(), name


@pytest.mark.parametrize(("listing", "field", "value"), CASES)
def test_change_of_many_equals_an_edit_of_one(change, actor, people, make_row, only_quick, listing, field, value):
    value = people[value].id if field == "second_counselor_id" else value
    many, one = make_row(listing, "Alpha"), make_row(listing, "Beta")
    version = many.version
    run = change("anna", "edit", [many], listing, field=field, value=plain(value))
    assert (run.changed, run.refused) == (1, [])
    find_listing(listing).editing.save(actor("anna"), one, {field: value})
    assert columns_of(many) | {"version": 0} == columns_of(one) | {"version": 0}
    assert extra_words(many) == extra_words(one)
    assert last_change(many) == last_change(one)
    assert changes_of(many) == changes_of(one)
    assert many.version == version + 1
    assert (check_search_index(), find_wrong_sums()) == ([], [])


@pytest.mark.parametrize(("listing", "field", "value"), [c for c in CASES if c[1] in ("hs6", "city", "amount")])
def test_change_of_many_is_undone(change, actor, make_row, in_slices, listing, field, value):
    rows = [make_row(listing, name) for name in ("Alpha", "Beta", "Gamma")]
    before = [(columns_of(row) | {"version": 0}, row.tokens) for row in rows]
    run = change("anna", "edit", rows, listing, field=field, value=plain(value))
    assert continue_run(run.id)
    assert columns_of(rows[0]) | {"version": 0} != before[0][0]
    begin_undo(actor("anna"), run)
    assert continue_run(run.id)
    assert [(columns_of(row) | {"version": 0}, row.tokens) for row in rows] == before
    assert (run.undone, find_wrong_sums(), check_search_index()) == (3, [], [])


def test_archived_opportunities_leave_board_and_sums(change, make_row):
    row = make_row("opportunities", "Alpha")
    change("anna", "archive", [row], "opportunities", why="Twice")
    assert (db.session.execute(find_wrong_visibility_keys()).all(), find_wrong_sums()) == ([], [])


def test_changed_products_and_projects_are_compared_again(change, make_row, actor):
    plant = make_row("projects", "Ningbo water plant")
    need = save_need(actor("anna"), {"title": "Ultrasonic water meters", "hs6": "902820", "project_id": plant.id})
    meter = make_row("products", "Ultrasonic water meter")
    points = [refreshed()[need.id, meter.id].points]
    for value in ("902820", "080810"):
        change("anna", "edit", [meter], "products", field="hs6", value=value)
        points.append(refreshed()[need.id, meter.id].points)
    assert points[2] <= points[0] < points[1]
    db.session.execute(sa.update(ProductMatch).values(points=1))
    change("anna", "edit", [plant], "projects", field="country", value="US")
    assert refreshed()[need.id, meter.id].points > 1


def test_values_that_no_row_can_have_are_refused_for_all(change, make_row, only_quick):
    rows = [make_row("products", name) for name in ("Alpha", "Beta")]
    run = change("anna", "edit", rows, "products", field="eccn", value="3a1")
    assert reasons(run) == dict.fromkeys([row.id for row in rows], "Enter an ECCN such as 3A001.a or EAR99.")
    run = change("anna", "edit", [make_row("opportunities", "Gamma")], "opportunities", field="amount", value="-1.00")
    assert set(reasons(run).values()) == {"Enter an amount of 0 or more."}


def test_rows_that_can_not_have_the_value_are_refused(change, actor, people, make_row, only_quick):
    anna = actor("anna")
    quarter, qualifying, plain_row = (make_row("opportunities", name) for name in ("Alpha", "Beta", "Gamma"))
    change_opportunity(anna, quarter, {"close_quarter": "Q1 2027"})
    qualifying.stage = OpportunityStage.qualifying
    rows = [quarter, qualifying, plain_row]
    run = change("anna", "edit", rows, "opportunities", field="close_on", value="2027-05-05")
    assert reasons(run) == {}
    run = change("anna", "edit", rows, "opportunities", field="path", value="direct_sale")
    assert reasons(run).keys() == {qualifying.id}
    change("anna", "assign", [quarter], "opportunities", counselor_id=people["clara"].id)
    run = change("anna", "edit", rows, "opportunities", field="second_counselor_id", value=people["clara"].id)
    assert reasons(run) == {quarter.id: "Choose a different user than the counselor."}
    run = change("anna", "edit", rows, "opportunities", field="second_counselor_id", value=people["boris"].id)
    assert len(reasons(run)) == 3
    db.session.expire_all()
    assert [row.second_counselor_id for row in rows] == [None, people["clara"].id, people["clara"].id]


def test_shows_keep_their_meetings(change, actor, make_row, only_quick):
    client = client_of("Inland", counselor=actor("anna"))
    full, empty = make_row("shows", "Full"), make_row("shows", "Empty")
    save_meeting(actor("anna"), full, {"day": DAY, "time": time(9), "client_id": client.id})
    for show in (full, empty):
        save_show(actor("anna"), {"ends_on": date(2027, 1, 8)}, show)
    run = change("anna", "edit", [full, empty], "shows", field="starts_on", value="2027-01-06")
    text = "Meetings are booked on Jan 5, 2027. Include those days, move or cancel the meetings, then change the dates"
    assert reasons(run) == {full.id: f"{text} again."}
    run = change("anna", "edit", [full, empty], "shows", field="ends_on", value="2027-01-05")
    assert reasons(run) == {empty.id: "Choose a last day on or after the first day."}


def test_bid_deadlines_keep_their_local_time_and_need_a_zone(change, actor, make_row, only_quick):
    located, nowhere = make_row("projects", "Here"), make_row("projects", "Nowhere")
    change_project(actor("anna"), nowhere, {"country": None})
    package = save_package(located, PACKAGE)
    run = change("anna", "edit", [located, nowhere], "projects", field="zone", value=None)
    assert reasons(run) == {nowhere.id: "Choose a time zone for the bid deadline."}
    change("anna", "edit", [located, nowhere], "projects", field="zone", value="Asia/Tokyo")
    db.session.expire_all()
    assert (located.bid_wall, located.bid_at.hour, package.zone, package.bid_at.hour) == (BID, 8, "Asia/Tokyo", 8)


def test_confidential_opportunities_are_changed_one_by_one(change, people, make_row):
    row = make_row("opportunities", "Alpha")
    make_confidential(row)
    change("anna", "edit", [row], "opportunities", field="amount", value="5.00")
    db.session.expire_all()
    assert (row.amount, changes_of(row)[-1][0]) == (Decimal(5), "amount")
