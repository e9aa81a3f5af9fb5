"""Questions through a real mail server: one email each to the colleague and the one who covers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.core.data.base import db
from crm.core.data.identity import load_actor
from crm.core.data.jobs import JOBS, run_job
from crm.referrals.services import ask_colleague
from crm.reminders.covers import add_cover, end_cover
from tests.fixtures.people import make_people

pytestmark = pytest.mark.engine_in_turn

NOW = datetime(2026, 3, 10, 17, tzinfo=UTC)
TODAY = date(2026, 3, 10)


@pytest.mark.parametrize("ended", [False, True])
def test_waiting_question_is_delivered_once_to_each_who_may_still_read_it(new_app, smtp, clock, ended):
    app = new_app(CRM_SMTP_URL=smtp.url)
    clock.set(NOW)
    with app.app_context():
        anna, dora, boris = (load_actor(make_people()[name]) for name in ("anna", "dora", "boris"))
        cover = add_cover(dora, boris.id, TODAY, TODAY)
        db.session.commit()
        assert run_job(app, JOBS["send_mail"])
        smtp.messages.clear()
        row = ask_colleague(anna, dora.id, "May we send drawings?")
        if ended:
            end_cover(dora, cover.id)
        db.session.commit()
        # An email that has waited for a minute is rendered again.
        clock.set(NOW + timedelta(minutes=5))
        assert [run_job(app, JOBS["send_mail"]) for _ in range(2)] == [True, True]
        texts = {m.recipients[0]: m.message.get_body(("plain",)).get_content() for m in smtp.messages}
        assert len(smtp.messages) == len(texts)
        assert sorted(texts) == (["dora@demo.example"] if ended else ["boris@demo.example", "dora@demo.example"])
        assert all(f"/referrals/{row.id}" in text and "May we send drawings?" in text for text in texts.values())
        assert ended or "to Dora Lindqvist" in texts["boris@demo.example"]
        assert "cover" not in texts["dora@demo.example"]
        assert {m.message["Reply-To"] for m in smtp.messages} == {"anna@demo.example"}
