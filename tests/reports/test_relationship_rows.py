"""Records that are going quiet and vacant roles: from which day, and of which records."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from crm.core.data.base import db
from crm.followups.enums import Tier
from crm.followups.models import Cadence
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.reports.queries import Scope, list_quiet, list_vacant_roles
from tests.factories import archived, holder, make_confidential, person, post, post_role

TODAY = date(2026, 3, 10)


def test_records_are_quiet_from_the_day_that_their_rule_says(people, actor, clock):
    anna, clara = actor("anna"), people["clara"]

    def keep_in_touch(label: str, days: int, tier: Tier = Tier.a, every_days: int | None = None, **facts):
        row = person(label, counselor=anna, **facts)
        counts_from = TODAY - timedelta(days=days)
        db.session.add(Cadence(record_id=row.id, tier=tier, every_days=every_days, counts_from=counts_from))
        db.session.flush()
        return row

    before_the_rule = keep_in_touch("Rule since then", 31)
    values = {"wall": datetime(2026, 1, 1, 8), "zone": "Asia/Shanghai", "reached": "talked", "type": "call"}
    log_interaction(anna, values, InteractionDetails(parties=[PartyValues(before_the_rule.id)]))
    keep_in_touch("Due", 30)
    keep_in_touch("Not yet", 29)
    keep_in_touch("Own interval", 12, every_days=7)
    keep_in_touch("Later tier", 93, Tier.b).counselor_id = clara.id
    keep_in_touch("Without interval", 900, Tier.c)
    keep_in_touch("Of the Bay", 90, team="Bay")
    archived(keep_in_touch("Former", 90))
    make_confidential(keep_in_touch("Secret", 90, team="Inland"))
    reached = keep_in_touch("Called", 90)
    values = {"wall": datetime(2026, 2, 1, 8), "zone": "Asia/Shanghai", "reached": "talked", "type": "call"}
    log_interaction(anna, values, InteractionDetails(parties=[PartyValues(reached.id)]))
    scope = Scope(anna, (anna.first_team_id,))
    rows = [(row.label, row.counselor, row.last_on, row.days, row.every) for row in list_quiet(scope)]
    assert rows == [
        ("Rule since then", "Anna Reyes", date(2025, 12, 31), 69, 30),
        ("Called", "Anna Reyes", date(2026, 1, 31), 38, 30),
        ("Own interval", "Anna Reyes", None, 12, 7),
        ("Later tier", "Clara Whitfield", None, 93, 90),
        ("Due", "Anna Reyes", None, 30, 30),
    ]
    assert [row.label for row in list_quiet(Scope(anna, (anna.first_team_id,), counselor_id=clara.id))] == [
        "Later tier"
    ]
    assert "Of the Bay" in [row.label for row in list_quiet(Scope(actor("nora"), None))]


def test_roles_without_a_current_holder_are_vacant(people, actor, clock):
    shanghai, wuhan = post("Consulate Shanghai", counselor=people["anna"]), post("Consulate Wuhan")
    roles = {title: post_role(shanghai, title) for title in ("Consul", "Attache", "Officer")}
    post_role(wuhan, "Assistant")
    guest = person("Whitcombe", "Daniel")
    holder(roles["Consul"], guest, to_on=date(2025, 6, 30))
    holder(roles["Consul"], guest, to_on=date(2025, 12, 31))
    holder(roles["Officer"], guest, to_on=date(2025, 1, 31))
    holder(roles["Officer"], guest, to_on=TODAY + timedelta(days=1))
    tomorrow = TODAY + timedelta(days=1)
    holder(roles["Consul"], guest, from_on=tomorrow, to_on=tomorrow + timedelta(days=700))
    post_role(archived(post("Closed post")), "Consul")
    secret = post("Secret post", team="Inland", counselor=people["anna"])
    post_role(make_confidential(secret), "Consul")
    post_role(post("Bay post", team="Bay"), "Consul")
    anna = actor("anna")
    rows = [(row.post_id, row.post, row.title, row.since_on) for row in list_vacant_roles(Scope(anna, None))]
    of_shanghai = [
        (shanghai.id, "Consulate Shanghai", "Attache", None),
        (shanghai.id, "Consulate Shanghai", "Consul", date(2025, 12, 31)),
    ]
    assert rows == [*of_shanghai, (wuhan.id, "Consulate Wuhan", "Assistant", None)]
    own = list_vacant_roles(Scope(anna, None, counselor_id=anna.id))
    assert [(row.post, row.title) for row in own] == [x[1:3] for x in of_shanghai]


def test_holder_whom_the_reader_may_not_see_counts_for_others_only(people, actor):
    role = post_role(post("Consulate Wuhan", team=None), "Consul")
    secret = make_confidential(person("Secret", team="Inland", counselor=people["anna"]))
    holder(role, secret, to_on=date(2025, 6, 30))
    read_by = {name: Scope(actor(name), None) for name in ("anna", "dora")}
    days = {name: [row.since_on for row in list_vacant_roles(scope)] for name, scope in read_by.items()}
    assert days == {"anna": [date(2025, 6, 30)], "dora": [None]}
    holder(role, secret)
    counts = {name: len(list_vacant_roles(scope)) for name, scope in read_by.items()}
    assert counts == {"anna": 0, "dora": 1}
