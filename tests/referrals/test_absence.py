"""The page of a question says if the colleague is away."""

from __future__ import annotations

from datetime import UTC, date, datetime

from crm.referrals.services import answer_referral, ask_colleague
from crm.reminders.covers import add_cover

AWAY = "Dora Lindqvist is away until Fri, Mar 13; Clara Whitfield covers."


def test_page_of_an_unanswered_question_says_that_the_colleague_is_away(client, people, actor, clock, session):
    clock.set(datetime(2026, 3, 10, 15, tzinfo=UTC))
    anna, dora, clara = actor("anna"), actor("dora"), actor("clara")
    to_dora, to_clara = (ask_colleague(anna, user.id, "May we send drawings?", None) for user in (dora, clara))
    add_cover(dora, clara.id, date(2026, 3, 10), date(2026, 3, 13))
    session.commit()

    def says_away(name: str, row) -> bool:
        return AWAY in client.login_as(name).get(f"/referrals/{row.id}").text

    assert [says_away("anna", to_dora), says_away("dora", to_dora), says_away("anna", to_clara)] == [True, False, False]
    clock.set(datetime(2026, 3, 14, 15, tzinfo=UTC))
    assert not says_away("anna", to_dora)
    clock.set(datetime(2026, 3, 11, 15, tzinfo=UTC))
    answer_referral(dora, to_dora, "Yes.")
    session.commit()
    assert not says_away("anna", to_dora)
