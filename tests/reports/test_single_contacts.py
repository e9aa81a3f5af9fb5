"""People who had interactions with one colleague only."""

from __future__ import annotations

from datetime import UTC, datetime

from crm.interactions.policy import InteractionType
from crm.interactions.services import InteractionDetails, PartyValues, log_interaction
from crm.reports.queries import Scope
from crm.reports.queries.relationships import list_single_contacts
from tests.factories import archived, make_confidential, person

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def test_single_contacts_count_open_talks_of_own_teams_since_a_moment(people, actor, clock):
    anna = actor("anna")

    def talk(*guests, by="anna", month=2, **values):
        data = {"wall": datetime(2026, month, 2, 9), "zone": "America/Los_Angeles", "reached": "talked"} | values
        parties = [PartyValues(person_id=guest.id) for guest in guests]
        return log_interaction(actor(by), data, InteractionDetails(parties=parties))

    single, former_one, secret, shared = (person(name) for name in ("Single", "Former", "Secret", "Twice"))
    talk(single)
    last = talk(single, month=3)
    archived(talk(single, by="dora"))
    make_confidential(talk(single, by="dora"))
    talk(single, by="dora", type=InteractionType.note)
    talk(single, by="dora", wall=datetime(2025, 12, 31, 12))
    for by in ("anna", "dora"):
        talk(shared, by=by)
    archived(talk(person("Archived interaction only")))
    for row in (former_one, secret):
        talk(row)
    archived(former_one)
    secret.team_id = anna.first_team_id
    make_confidential(secret)
    talk(person("Of the Bay"), by="boris")
    talk(person("Hidden", team="Bay"), by="nora", team_id=anna.first_team_id)
    again = person("Again")
    talk(again)
    scope = Scope(anna, (anna.first_team_id,))
    total, rows = list_single_contacts(scope, BEGIN, 10)
    assert (total, [(row.label, row.user_name, row.interactions) for row in rows]) == (
        2,
        [("Single", "Anna Reyes", 2), ("Again", "Anna Reyes", 1)],
    )
    assert rows[0].last_at == last.at
    total, rows = list_single_contacts(scope, BEGIN, 1)
    assert (total, [row.id for row in rows]) == (2, [single.id])
    assert list_single_contacts(scope, datetime(2026, 3, 9, tzinfo=UTC), 10) == (0, [])
