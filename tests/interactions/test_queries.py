"""Queries of interactions: visibility, order and number of statements."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from crm.core.errors import BadRequest, NotFound
from crm.followups.services import add_follow_up, complete_follow_up
from crm.interactions import queries
from crm.interactions.counting import REQUIRED, RequiredFact
from crm.interactions.lookup import NameLookup
from crm.interactions.policy import InteractionState, InteractionType
from crm.interactions.services import ClientMinutes, PartyValues
from crm.organizations.models import ClientAgreement, DatedFact
from crm.organizations.policy import FactKind, LegalForm
from crm.organizations.queries import get_client
from crm.organizations.services import set_facts
from crm.records.services import set_confidentiality
from crm.reference.models import Funder

DAY = date(2026, 12, 8)


def titles(entries) -> list[str]:
    return [e.interaction.subject if e.interaction else e.follow_up.title for e in entries]


def subjects(timeline) -> list[str]:
    return titles(timeline.entries)


def test_timeline_merges_interactions_and_closed_follow_ups_newest_first(log, anna, wang):
    log(datetime(2026, 11, 1, 9), parties=[PartyValues(wang.id)], subject="First")
    closed = add_follow_up(anna, {"title": "Price", "due_on": DAY}, about=[wang.id])
    add_follow_up(anna, {"title": "Still open", "due_on": DAY}, about=[wang.id])
    complete_follow_up(anna, closed)
    log(datetime(2026, 12, 7, 9), parties=[PartyValues(wang.id)], subject="Second", type=InteractionType.call)
    log(datetime(2026, 12, 9, 9), parties=[PartyValues(wang.id)], subject="Plan", state=InteractionState.planned)
    assert subjects(queries.timeline(anna, wang.id)) == ["Price", "Second", "First"]
    assert subjects(queries.timeline(anna, wang.id, ["call"])) == ["Second"]
    assert subjects(queries.timeline(anna, wang.id, ["followup"])) == ["Price"]
    assert subjects(queries.timeline(anna, wang.id, q="second")) == ["Second"]
    assert titles(queries.timeline(anna, wang.id).upcoming) == ["Still open", "Plan"]


def test_timeline_of_an_organization_includes_its_people(log, anna, wang, prime):
    row = log(parties=[PartyValues(wang.id)])
    assert [e.id for e in queries.timeline(anna, prime.id).entries] == [row.id]


def test_timeline_pages_have_no_gap_or_duplicate(log, anna, wang):
    expected = [
        log(datetime(2026, 11, 1, 9) + timedelta(hours=n // 2), parties=[PartyValues(wang.id)]).id for n in range(45)
    ]
    ids, cursor = [], None
    for _ in range(3):
        page = queries.timeline(anna, wang.id, cursor=cursor)
        ids += [e.id for e in page.entries]
        cursor = page.next_cursor
    assert (ids, cursor) == (sorted(expected, reverse=True), None)


@pytest.mark.parametrize("cursor", ["x", "2026-12-08~1", "2026-12-08T00:00:00+00:00~x", "2026-12-08T00:00:00+00:00~-1"])
def test_invalid_timeline_cursor_is_refused(anna, wang, cursor):
    with pytest.raises(BadRequest):
        queries.timeline(anna, wang.id, cursor=cursor)


def test_other_team_sees_only_the_fact_of_an_interaction_with_a_shared_person(log, actor, wang, prime, client_firm):
    log(
        parties=[PartyValues(wang.id)],
        clients=[ClientMinutes(client_firm.id, 20)],
        subject="Secret",
        notes="Words",
        place="There",
    )
    (entry,) = queries.timeline(actor("boris"), wang.id).entries
    fact = entry.interaction
    assert (fact.is_fact, fact.type, fact.staff) == (True, InteractionType.meeting, ("Anna Reyes",))
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


def test_confidential_planned_or_client_only_interactions_are_hidden(log, actor, wang, rosa):
    set_confidentiality(log(parties=[PartyValues(wang.id)]), confidential=True, readers=[])
    log(parties=[PartyValues(wang.id)], state=InteractionState.planned)
    log(about=[wang.id])
    log(parties=[PartyValues(rosa.id)])
    boris = actor("boris")
    assert queries.timeline(boris, wang.id).entries == queries.timeline(boris, rosa.id).entries == []
    assert len(queries.timeline(actor("clara"), wang.id).entries) == 2


def test_details_include_all_children(log, anna, wang, prime, client_firm, step):
    follow_up = {"title": "Price", "due_on": DAY}
    row = log(
        parties=[PartyValues(wang.id), PartyValues(label="engineers", count=2)],
        follow_ups=[follow_up],
        about=[prime.id],
        clients=[ClientMinutes(client_firm.id, 40, 15, funder_id=step.id)],
    )
    details = queries.load_details(anna, row)
    assert [(p.label, p.organization, p.count) for p in details.parties] == [
        ("Wang Xiaoming", "Huayue Municipal", 1),
        ("engineers", "", 2),
    ]
    assert [(c.label, c.contact, c.prep, c.funder) for c in details.clients] == [
        ("Tri-Valley Sensors", 40, 15, step.name)
    ]
    assert ([a.id for a in details.about], [t.title for t in details.follow_ups]) == ([prime.id], ["Price"])
    assert details.staff == ((anna.id, "Anna Reyes"),)


def test_details_hide_the_funder_from_the_china_desk(log, actor, client_firm, step):
    row = log(clients=[ClientMinutes(client_firm.id, 40, funder_id=step.id)])
    (client,) = queries.load_details(actor("shen"), row).clients
    assert (client.funder_id, client.funder, client.contact) == (None, "", 40)
    assert queries.last_funder(actor("shen")) is None


def test_last_funder_is_that_of_the_newest_own_interaction_with_one(session, log, anna, actor, client_firm, step):
    other = Funder(code="ITA", name="Trade Administration")
    session.add(other)
    session.flush()
    for by, funder in ((anna, other), (anna, step), (anna, None), (actor("dora"), other)):
        log(by=by, clients=[ClientMinutes(client_firm.id, funder_id=funder and funder.id)])
    funders = {name: queries.last_funder(actor(name)) for name in ("anna", "dora", "clara")}
    assert funders == {"anna": step.id, "dora": other.id, "clara": None}


def test_interaction_of_another_team_is_not_found(log, actor):
    with pytest.raises(NotFound):
        queries.get_interaction(actor("boris"), log().id)


def test_missing_requirements_hide_money_from_the_china_desk(anna, actor, client_firm, step):
    every = REQUIRED
    assert queries.missing_requirements(anna, client_firm.id, DAY) == every
    assert queries.missing_requirements(actor("shen"), client_firm.id, DAY) == tuple(
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
    assert queries.missing_requirements(anna, client_firm.id, DAY) == (RequiredFact.funder,)
    assert queries.missing_requirements(anna, client_firm.id, DAY, step.id) == ()
    assert RequiredFact.agreement in queries.missing_requirements(anna, client_firm.id, date(2025, 12, 31), step.id)


def test_last_with_returns_the_newest_held_interaction(log, anna, wang):
    log(datetime(2026, 12, 1, 9), parties=[PartyValues(wang.id)], subject="Before")
    log(datetime(2026, 12, 7, 9), parties=[PartyValues(wang.id)], subject="Last")
    log(datetime(2026, 12, 9, 9), parties=[PartyValues(wang.id)], state=InteractionState.planned)
    assert queries.find_last_interaction(anna, [wang.id]).subject == "Last"
    assert queries.find_last_interaction(anna, []) is None


@pytest.mark.parametrize("number", [1, 20])
def test_timeline_runs_the_same_number_of_statements_for_any_length(log, anna, wang, client_firm, sql, number):
    for _ in range(number):
        log(parties=[PartyValues(wang.id)], clients=[ClientMinutes(client_firm.id, 20)])
        complete_follow_up(anna, add_follow_up(anna, {"title": "x", "due_on": DAY}, about=[wang.id]))
    # Statements are executed together from the second time on.
    queries.timeline(anna, wang.id)
    sql.clear()
    assert len(queries.timeline(anna, wang.id).entries) == min(20, 2 * number)
    assert len(sql) == 2, sql


@pytest.mark.parametrize("text", ["Wang", "wang xiaoming", "王小明", "Xiaoming"])
def test_name_lookup_finds_people_by_name(anna, wang, text):
    assert [k.id for k in NameLookup(anna).people(text)] == [wang.id]


@pytest.mark.parametrize("text", ["Huayue", "Wan", "Shanghai", "", "  ", "%", "x" * 500])
def test_name_lookup_ignores_organization_city_and_partial_names(anna, wang, text):
    assert NameLookup(anna).people(text) == []


def test_name_lookup_prefers_the_person_of_the_page(anna, wang, prime):
    from crm.people.services import add_person

    add_person(anna, {"family_latin": "Wang", "given_latin": "Wei"})
    assert [k.id for k in NameLookup(anna, wang.id).people("Wang")] == [wang.id]
    assert len(NameLookup(anna).people("Wang")) == 2
    assert [k.id for k in NameLookup(anna).organizations("Huayue")] == [prime.id]
    assert (NameLookup(anna, wang.id).page_zone, NameLookup(anna, "x").page_zone) == ("Asia/Shanghai", None)


def test_name_lookup_finds_full_names(anna, wang):
    from crm.people.services import add_person

    add_person(anna, {"family_latin": "Delgado", "given_latin": "Rosa Maria"})
    texts = {"wang xiaoming", "xiaoming wang", "rosa maria delgado", "delgado rosa maria"}
    texts |= {"王小明", "wang xiao ming"}
    other_texts = {
        "王晓明",
        "小明",
        "王小",
        "王小明来",
        "wang",
        "xiaoming",
        "rosa delgado",
        "wang xiaoming called",
        "wang xiao",
        "",
    }
    assert NameLookup(anna).full_names(texts | other_texts) == texts


@pytest.mark.parametrize("values", [{"kinds": ["call"]}, {"q": "call"}])
def test_filtered_timeline_has_no_upcoming_entries(log, anna, wang, values):
    add_follow_up(anna, {"title": "Call Wang", "due_on": DAY}, about=[wang.id])
    log(datetime(2026, 12, 9, 9), parties=[PartyValues(wang.id)], subject="Plan", state=InteractionState.planned)
    assert titles(queries.timeline(anna, wang.id).upcoming) == ["Call Wang", "Plan"]
    assert queries.timeline(anna, wang.id, **values).upcoming == []
