"""What is told of contacts, to whom, in which order and in how many statements."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from crm.core.errors import BadRequest, NotFound
from crm.followups.services import add_follow_up, finish
from crm.interactions import queries
from crm.interactions.lookup import NameLookup
from crm.interactions.policy import InteractionState, Kind, Missing
from crm.interactions.services import ForClient, PartyValues
from crm.organizations.models import ClientAgreement, DatedFact
from crm.organizations.policy import FactKind, LegalForm
from crm.organizations.queries import get_client
from crm.organizations.services import set_facts
from crm.records.services import set_confidentiality

DAY = date(2026, 12, 8)


def subjects(timeline) -> list[str]:
    return [e.contact.subject if e.contact else e.to_do.title for e in timeline.entries]


def test_the_timeline_merges_contacts_and_settled_promises_newest_first(log, anna, wang):
    log(datetime(2026, 11, 1, 9), parties=[PartyValues(wang.id)], subject="First")
    done = add_follow_up(anna, {"title": "Price", "due_on": DAY}, about=[wang.id])
    add_follow_up(anna, {"title": "Still open", "due_on": DAY}, about=[wang.id])
    finish(anna, done)
    log(datetime(2026, 12, 7, 9), parties=[PartyValues(wang.id)], subject="Second", what=Kind.call)
    log(datetime(2026, 12, 9, 9), parties=[PartyValues(wang.id)], subject="Plan", state=InteractionState.planned)
    assert subjects(queries.timeline(anna, wang.id)) == ["Price", "Second", "First"]
    assert subjects(queries.timeline(anna, wang.id, ["call"])) == ["Second"]
    assert subjects(queries.timeline(anna, wang.id, ["followup"])) == ["Price"]
    assert subjects(queries.timeline(anna, wang.id, q="second")) == ["Second"]
    assert [e.contact.subject if e.contact else e.to_do.title for e in queries.timeline(anna, wang.id).coming] == [
        "Still open",
        "Plan",
    ]


def test_the_timeline_of_a_firm_has_what_its_people_did(log, anna, wang, prime):
    row = log(parties=[PartyValues(wang.id)])
    assert [e.id for e in queries.timeline(anna, prime.id).entries] == [row.id]


def test_pages_of_the_timeline_follow_each_other_without_gap_or_double(log, anna, wang):
    made = [
        log(datetime(2026, 11, 1, 9) + timedelta(hours=n // 2), parties=[PartyValues(wang.id)]).id for n in range(45)
    ]
    seen, cursor = [], None
    for _ in range(3):
        page = queries.timeline(anna, wang.id, cursor=cursor)
        seen += [e.id for e in page.entries]
        cursor = page.more
    assert (seen, cursor) == (sorted(made, reverse=True), None)


@pytest.mark.parametrize("cursor", ["x", "2026-12-08~1", "2026-12-08T00:00:00+00:00~x", "2026-12-08T00:00:00+00:00~-1"])
def test_a_cursor_that_is_none_is_refused(anna, wang, cursor):
    with pytest.raises(BadRequest):
        queries.timeline(anna, wang.id, cursor=cursor)


def test_another_team_sees_the_fact_of_a_contact_with_a_shared_person_and_no_word_of_it(
    log, actor, wang, prime, client_firm
):
    log(
        parties=[PartyValues(wang.id)],
        clients=[ForClient(client_firm.id, 20)],
        subject="Secret",
        notes="Words",
        place="There",
    )
    (entry,) = queries.timeline(actor("boris"), wang.id).entries
    fact = entry.contact
    assert (fact.is_fact, fact.what, fact.staff) == (True, Kind.meeting, ("Anna Reyes",))
    assert (fact.subject, fact.notes, fact.place, fact.minutes, fact.reached, fact.parties, fact.clients) == (
        "",
        "",
        "",
        None,
        None,
        (),
        (),
    )
    assert queries.timeline(actor("boris"), wang.id, q="secret").entries == []
    assert queries.timeline(actor("boris"), prime.id).entries == []


def test_no_trace_of_what_is_confidential_planned_or_of_a_client_only(log, actor, wang, rosa):
    set_confidentiality(log(parties=[PartyValues(wang.id)]), confidential=True, readers=[])
    log(parties=[PartyValues(wang.id)], state=InteractionState.planned)
    log(about=[wang.id])
    log(parties=[PartyValues(rosa.id)])
    boris = actor("boris")
    assert queries.timeline(boris, wang.id).entries == queries.timeline(boris, rosa.id).entries == []
    assert len(queries.timeline(actor("clara"), wang.id).entries) == 2


def test_details_say_all_that_stands_under_a_contact(log, anna, wang, prime, client_firm, step):
    told = {"title": "Price", "due_on": DAY}
    row = log(
        parties=[PartyValues(wang.id), PartyValues(label="engineers", count=2)],
        follow_ups=[told],
        about=[prime.id],
        clients=[ForClient(client_firm.id, 40, 15, funder_id=step.id)],
    )
    found = queries.details(anna, row)
    assert [(p.label, p.organization, p.count) for p in found.parties] == [
        ("Wang Xiaoming", "Huayue Municipal", 1),
        ("engineers", "", 2),
    ]
    assert [(c.label, c.contact, c.prep, c.funder) for c in found.clients] == [
        ("Tri-Valley Sensors", 40, 15, step.name)
    ]
    assert ([a.id for a in found.about], [t.title for t in found.follow_ups]) == ([prime.id], ["Price"])
    assert found.staff == ((anna.id, "Anna Reyes"),)


def test_the_china_desk_is_told_no_funder(log, actor, client_firm, step):
    row = log(clients=[ForClient(client_firm.id, 40, funder_id=step.id)])
    (client,) = queries.details(actor("shen"), row).clients
    assert (client.funder_id, client.funder, client.contact) == (None, "", 40)
    assert queries.last_funder(actor("shen")) is None


def test_a_contact_of_another_team_is_not_found(log, actor):
    with pytest.raises(NotFound):
        queries.interaction(actor("boris"), log().id)


def test_what_is_missing_to_count_and_what_the_china_desk_is_told_of_it(anna, actor, client_firm, step):
    every = tuple(Missing)
    assert queries.missing_to_count(anna, client_firm.id, DAY) == every
    assert queries.missing_to_count(actor("shen"), client_firm.id, DAY) == tuple(
        m for m in every if m not in queries.MONEY
    )
    assert queries.missing_for(actor("boris"), [client_firm.id], DAY) == {}
    set_facts(
        get_client(client_firm.id), {"county": "Alameda", "legal_form": LegalForm.llc, "founded_on": date(2018, 1, 1)}
    )
    set_facts(ClientAgreement(organization_id=client_firm.id), {"from_on": date(2026, 1, 1), "on_file": True})
    for kind in (FactKind.staff, FactKind.sales):
        set_facts(
            DatedFact(organization_id=client_firm.id),
            {"kind": kind, "number": 0, "as_of": date(2026, 1, 1), "source": "asked"},
        )
    assert queries.missing_to_count(anna, client_firm.id, DAY) == (Missing.funder,)
    assert queries.missing_to_count(anna, client_firm.id, DAY, step.id) == ()
    assert Missing.agreement in queries.missing_to_count(anna, client_firm.id, date(2025, 12, 31), step.id)


def test_the_last_contact_with_somebody(log, anna, wang):
    log(datetime(2026, 12, 1, 9), parties=[PartyValues(wang.id)], subject="Before")
    log(datetime(2026, 12, 7, 9), parties=[PartyValues(wang.id)], subject="Last")
    log(datetime(2026, 12, 9, 9), parties=[PartyValues(wang.id)], state=InteractionState.planned)
    assert queries.last_with(anna, [wang.id]).subject == "Last"
    assert queries.last_with(anna, []) is None


@pytest.mark.parametrize("number", [1, 20])
def test_a_timeline_asks_the_same_number_of_questions_for_one_and_for_twenty(log, anna, wang, client_firm, sql, number):
    for _ in range(number):
        log(parties=[PartyValues(wang.id)], clients=[ForClient(client_firm.id, 20)])
        finish(anna, add_follow_up(anna, {"title": "x", "due_on": DAY}, about=[wang.id]))
    sql.clear()
    assert len(queries.timeline(anna, wang.id).entries) == min(20, 2 * number)
    assert len(sql) == 10, sql


@pytest.mark.parametrize("text", ["Wang", "wang xiaoming", "王小明", "Xiaoming"])
def test_a_sentence_knows_people_by_their_names(anna, wang, text):
    assert [k.id for k in NameLookup(anna).people(text)] == [wang.id]


@pytest.mark.parametrize("text", ["Huayue", "Wan", "Shanghai", "", "  ", "%", "x" * 500])
def test_a_sentence_knows_nobody_by_firm_city_or_half_a_name(anna, wang, text):
    assert NameLookup(anna).people(text) == []


def test_the_person_whose_page_it_is_comes_before_all_others(anna, wang, prime):
    from crm.people.services import add_person

    add_person(anna, {"family_latin": "Wang", "given_latin": "Wei"})
    assert [k.id for k in NameLookup(anna, wang.id).people("Wang")] == [wang.id]
    assert len(NameLookup(anna).people("Wang")) == 2
    assert [k.id for k in NameLookup(anna).organizations("Huayue")] == [prime.id]
    assert (NameLookup(anna, wang.id).page_zone, NameLookup(anna, "x").page_zone) == ("Asia/Shanghai", None)
