"""The checker itself: leaks that it must detect when a row is changed without the services."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
import sqlalchemy as sa

from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.data.record_dates import RecordDates
from crm.core.search import search
from tests.laws.dataset import NOW
from tests.laws.graphs.addresses import find_skipped_pages
from tests.laws.graphs.database import ACTIONS, GraphDatabase
from tests.laws.graphs.laws import SMALL, WHOLE, find_leaks
from tests.laws.graphs.plan_steps import apply_step
from tests.laws.graphs.plans import ALL_CHANGES, ALL_CREATIONS, make_plan
from tests.laws.graphs.runs import replay_plan

INTERACTION = {"people": (), "organizations": (), "about": (), "day": -3, "has_follow_up": False, "closes": ""}
PLAN = [
    apply_step("anna", "client", "client1", parent=""),
    apply_step("anna", "organization", "organization1", parent="", post=False),
    apply_step("anna", "person", "person1", employer="organization1"),
    apply_step("anna", "make_confidential", record="client1", on=True, readers=()),
    apply_step(
        "anna", "interaction", "interaction1", **INTERACTION | {"clients": ("client1",), "people": ("person1",)}
    ),
]
"""An interaction of a confidential client with a shared person."""


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_confidential_client_leaves_no_trace(people_only):
    assert replay_plan(people_only, PLAN, "boris", SMALL) == []
    assert replay_plan(people_only, PLAN, "dora", SMALL) == []


def test_every_verb_of_a_plan_has_an_action():
    assert set(ACTIONS) == {*ALL_CREATIONS, *ALL_CHANGES}


SKIPPED_PAGES = frozenset(
    {
        # By other functions: searches for cities, groupings of reports, the feed of a user.
        *("desk.city", "reports.custom_build", "feeds.feed"),
        # With a secret link, which its receiver has.
        *("accounts.invitation", "accounts.reset", "answers.show", "checkins.answer", "checkins.one_click"),
        *("checkins.stop_link", "impact.answer", "mailings.one_click", "mailings.unsubscribe"),
        # Users, teams, lists of choices, tags, notes on tariffs, files of the program.
        *(
            "accounts.disable",
            "accounts.edit",
            "accounts.enable",
            "accounts.reassign",
            "accounts.team",
            "accounts.user",
        ),
        *("bulk.tag", "bulk.tag_merge", "reference.edit", "reference.find_codes", "reference.new", "static"),
        *("desk.tariff_note", "tariffs.edit"),
        # Own settings, saved choices and templates; the pages that use them are opened with other choices.
        *("mailings.template", "reports.custom_edit", "reports.custom_show", "search.edit_view"),
        # Sales targets of teams have no record.
        "reports.target_edit",
        # Imports and merges have laws of their own; a pasted email is read as an incoming one.
        *("imports.errors", "imports.report", "imports.run", "imports.undo", "inbox.show"),
        *("merging.selected", "merging.show"),
        # Awards and filed reports, which random plans don't create; copies of reports for a review.
        *("funding.award", "funding.award_edit", "funding.award_file", "funding.client_report", "funding.filed"),
        *("funding.filed_xlsx", "funding.filed_xml", "funding.funder_rules", "reports.review_show"),
        # Changes of selected rows.
        *("bulk.change", "bulk.run"),
        # See NO_PAGES; the form of a dated fact has no other record.
        *("bulk.cell", "products.sheet_pdf", "projects.package_edit", "organizations.fact_edit"),
    }
)
"""Pages with an id or another part in the address that the random graphs don't open."""


def test_every_other_page_is_opened(people_only):
    assert find_skipped_pages(people_only.app) == SKIPPED_PAGES


@pytest.mark.faults
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_every_verb_is_accepted_in_some_plans(people_only):
    missing = set(ACTIONS)
    for seed in range(600):
        with people_only.rolled_back():
            world = GraphDatabase(people_only.dataset.users, seed).run(make_plan(seed))
        missing -= {step.verb for step in world.done}
        if not missing:
            break
    assert missing == set()


def test_planned_records_are_hidden_from_all_but_the_counselor_and_the_manager(people_only):
    with people_only.rolled_back():
        world = GraphDatabase(people_only.dataset.users).run(PLAN)
        hidden = {name: world.names_of(sorted(world.hidden_ids(name))) for name in ("anna", "clara", "dora", "nora")}
    assert world.done == PLAN
    assert hidden == {"anna": [], "clara": [], "dora": ["client1", "interaction1"], "nora": ["client1", "interaction1"]}


def open_interaction(world: GraphDatabase) -> None:
    record = Record.__table__
    db.session.execute(sa.update(record).where(record.c.id == world.ids["interaction1"]).values(confidential=False))


def name_client_in_tokens(world: GraphDatabase) -> None:
    record, person = Record.__table__, world.ids["person1"]
    words = db.session.scalar(sa.select(record.c.tokens).where(record.c.id == person))
    words = f"{words} {world.mark('client1').lower()}"
    db.session.execute(sa.update(record).where(record.c.id == person).values(tokens=words))
    search.rebuild(db.session.connection())


def count_interaction(world: GraphDatabase) -> None:
    dates = RecordDates.__table__
    key = {"record_id": world.ids["person1"], "team_key": 0}
    db.session.execute(sa.delete(dates).filter_by(**key))
    db.session.execute(sa.insert(dates), [key | {"last_interaction_at": NOW}])


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("change", "law", "page"),
    [
        (open_interaction, "tells of", "/people/N"),
        (open_interaction, "tells of", "/interactions/"),
        (name_client_in_tokens, "differs", "/people/"),
        (count_interaction, "differs", "/people/"),
    ],
)
def test_change_that_bypasses_the_services_is_detected(people_only, change, law, page):
    only = replace(WHOLE, only=page)
    with people_only.rolled_back():
        world = GraphDatabase(people_only.dataset.users).run(PLAN)
        assert list(find_leaks(people_only, world, "dora", Random(1), only)) == []
        change(world)
        leaks = list(find_leaks(people_only, world, "dora", Random(1), only))
    assert (law, "dora", page) in {leak.place for leak in leaks}


def test_seed_gives_the_same_plan_each_time():
    assert make_plan(7) == make_plan(7)
    assert make_plan(7) != make_plan(8)
