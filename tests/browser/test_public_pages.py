"""Pages that links in emails open without signing in: axe in both themes and widths, their bytes, and no script."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from crm.answers.links import AnswerLinks
from crm.answers.policy import AnswerAction, AnswerChannel, AnswerValues, meeting_target
from crm.answers.queries import list_items
from crm.answers.services import answer_item
from crm.checkins.models import CheckIn
from crm.checkins.policy import CheckInState
from crm.core import clock
from crm.core.data.base import db
from crm.core.data.identity import Membership, User, actor_of
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.put import put_mail
from crm.core.tokens import hash_token
from crm.followups.enums import FollowUpState
from crm.followups.models import FollowUp
from crm.impact.models import ImpactSurvey
from crm.impact.policy import SurveyState
from crm.interactions.models import Interaction, InteractionStaff
from crm.interactions.policy import InteractionState
from crm.mailings.models import MailingRecipient
from crm.mailings.tokens import build_unsubscribe_token
from crm.shows.models import MeetingStaff
from tests.fixtures.browser import Faults, Live, violations

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
MAX_BYTES = 20_000
STYLE = Path("static/theme.css")


def _answer_pages() -> Iterator[str]:
    """Yield the pages of the answers of Anna (with an item of each kind) and of Shen's meeting at a show."""
    users = {user.email.partition("@")[0]: user for user in db.session.scalars(sa.select(User))}
    anna_id, today = users["anna"].id, clock.today(users["anna"].zone)
    links = AnswerLinks(anna_id, today)
    own = sa.and_(FollowUp.counselor_id == anna_id, FollowUp.state == FollowUpState.open)
    first, other, last = db.session.scalars(sa.select(FollowUp.id).where(own).order_by(FollowUp.id).limit(3))
    planned = sa.select(Interaction.id).join(InteractionStaff, InteractionStaff.interaction_id == Interaction.id)
    planned = planned.where(InteractionStaff.user_id == anna_id, Interaction.state == InteractionState.planned)
    interaction_id = db.session.scalars(planned.limit(1)).one()
    numbered = {"1": first, "2": other, "3": interaction_id}
    key = f"digest:{anna_id}:{today}"
    put_mail("digest", RenderedMail("x", "x", "x", numbered=numbered), to=users["anna"], dedupe_key=key)
    teams = list(db.session.scalars(sa.select(Membership.team_id).where(Membership.user_id == anna_id)))
    actor = actor_of(users["anna"], teams)
    values = AnswerValues(AnswerAction.done, note="Sent")
    answer = answer_item(actor, list_items(actor, [last])[last], values, made_on=today, channel=AnswerChannel.reply)
    yield from (links.for_item(first) + f"?do={do}" for do in ("done", "later", "no-answer", "reassign"))
    yield from (links.for_item(interaction_id), links.for_item(last), links.for_undo(answer.id), links.for_digest())
    shen = users["shen"]
    meeting_id = db.session.scalars(sa.select(MeetingStaff.meeting_id).where(MeetingStaff.user_id == shen.id)).first()
    yield AnswerLinks(shen.id, today).for_item(meeting_target(meeting_id))


def _outsider_pages(secret_key: str) -> Iterator[str]:
    """Yield the pages of China reps, of clients and of recipients of a mailing."""
    check_in = db.session.scalars(sa.select(CheckIn).order_by(CheckIn.id)).first()
    check_in.token_hash, check_in.sent_at = hash_token("zq-check-in"), clock.now()
    check_in.state, check_in.language = CheckInState.sent, "zh_Hans"
    survey = db.session.scalars(sa.select(ImpactSurvey).order_by(ImpactSurvey.id)).first()
    survey.token_hash, survey.state = hash_token("zq-survey"), SurveyState.sent
    survey.expires_at = clock.now() + timedelta(days=7)
    recipient_id = db.session.scalars(sa.select(MailingRecipient.id).limit(1)).one()
    yield from ("/check-in/zq-check-in", "/check-in/zq-check-in/stop", "/milestones/survey/zq-survey")
    yield f"/unsubscribe/{build_unsubscribe_token(secret_key, recipient_id)}"


def _look(page: Page, where: str) -> list[str]:
    return [f"{where}: {rule} {markup[:140]}" for rule, broken in violations(page) for markup in broken[:3]]


@pytest.fixture(scope="module")
def addresses(seeded_app: Live) -> list[str]:
    with seeded_app.app.app_context():
        rows = [*_answer_pages(), *_outsider_pages(seeded_app.app.config["SECRET_KEY"])]
        db.session.commit()
    assert len(rows) == 13
    return rows


def test_axe_finds_nothing_on_pages_of_links_light_or_dark_wide_or_narrow(browser, seeded_app, addresses):
    faults, problems = Faults(seeded_app.url), []
    for scheme, width in (("light", 1440), ("dark", 390), ("light", 320)):
        context = browser.new_context(
            base_url=seeded_app.url,
            viewport={"width": width, "height": 844},
            color_scheme=scheme,
            bypass_csp=True,
            locale="en-US",
        )
        context.on("page", faults.watch)
        page = context.new_page()
        for address in addresses:
            response = page.goto(address)
            assert response.status == 200, address
            if page.evaluate("document.documentElement.scrollWidth") > width:
                problems.append(f"{address}: wider than {width}")
            problems += _look(page, f"{address} {scheme} {width}")
        assert page.goto("/a/zq-forged").status == 404
        problems += _look(page, f"ended {scheme} {width}")
        context.close()
    assert problems == []


def test_pages_of_links_have_no_script_and_few_bytes(seeded_app, addresses):
    client, style = seeded_app.app.test_client(), len(gzip.compress(STYLE.read_bytes()))
    pages = {address: client.get(address).data for address in addresses}
    assert [address for address, page in pages.items() if b"<script" in page] == []
    assert [address for address, page in pages.items() if len(gzip.compress(page)) + style > MAX_BYTES] == []
