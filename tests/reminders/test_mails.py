"""The digest says what Today shows, in text and HTML, under the same numbers; nothing confidential leaves."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest
import sqlalchemy as sa

from crm.core import clock as business_clock
from crm.core.audit import Via, act_as
from crm.core.formats import as_read_by
from crm.core.outbox.models import Mail
from crm.core.record import archive_record
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up, set_cadence
from crm.followups.words import Side, Tier
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionState
from crm.interactions.services import ForClient, Party, Told, log_interaction
from crm.reminders.jobs import plan_reminders
from crm.reminders.policy import ReminderKind
from crm.reminders.queries import blocks_for, due_alone, headline, readers
from crm.reminders.services import set_mutes
from tests.factories import affiliation, client_of, organization, person, representation, secluded

MORNING = datetime(2026, 3, 10, 14, 30, tzinfo=UTC)  # 07:30 in Los Angeles, a Tuesday
TODAY = date(2026, 3, 10)


@pytest.fixture
def anna(people, actor, clock):
    """The counselor whose morning it is; she alone gets reminders."""
    clock.set(MORNING - timedelta(days=4))
    for name, user in people.items():
        user.active = name == "anna"
    return actor("anna")


@pytest.fixture
def mails(session, clock):
    """Run the planner in the morning; gives the mails by kind."""

    def run(at: datetime = MORNING) -> dict[str, Mail]:
        session.commit()
        clock.set(at)
        plan_reminders()
        found = session.scalars(sa.select(Mail).options(sa.orm.undefer("*")).order_by(Mail.id))
        return {mail.kind: mail for mail in found}

    return run


def html_of(mail: Mail) -> str:
    message = message_from_bytes(mail.mime, policy=SMTP)
    return message.get_body(("html",)).get_content()


def numbers(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"^ ?(\d{1,2})  ", text, re.MULTILINE)]


def full_morning(anna, people, actor, session):
    """Something in each block: seven kinds of lines, in the order in which they are not shown."""
    zhou = person("Zhou", "Limin", family_native="周", given_native="立民")
    firm = client_of("Inland", "Tri-Valley Sensors", counselor=anna)
    clara = actor("clara")
    representation(firm, zhou, counselor=anna, to_on=TODAY + timedelta(days=14))
    for name in ("Quiet A", "Quiet B", "Quiet C", "Quiet D"):
        quiet = organization(name, "静水" if name == "Quiet A" else None, counselor=anna)
        set_cadence(quiet, Tier.a, None, TODAY - timedelta(days=40))
    planned = {"state": InteractionState.planned, "zone": "America/Los_Angeles"}
    log_interaction(anna, planned | {"wall": datetime(2026, 3, 9, 14), "subject": "Redwood call"}, Told())
    log_interaction(anna, planned | {"wall": datetime(2026, 3, 10, 11), "subject": "Delta visit"}, Told())
    add_follow_up(anna, {"title": "HS note", "due_on": date(2026, 3, 6)}, about=[firm.id])
    add_follow_up(anna, {"title": "Send price", "due_on": TODAY, "promised_to_id": zhou.id}, about=[firm.id])
    add_follow_up(anna, {"title": "Alone", "due_on": TODAY, "mail_alone": True})
    add_follow_up(anna, {"title": "Specification", "due_on": TODAY, "side": Side.they, "promised_by_id": zhou.id})
    add_follow_up(anna, {"title": "Due tomorrow", "due_on": TODAY + timedelta(days=1)})
    with business_clock.frozen(MORNING - timedelta(hours=6)):
        held = {"wall": datetime(2026, 3, 10, 16), "zone": "Asia/Shanghai", "subject": "3 of 4 passed"}
        act_as(session(), clara, Via.web)
        log_interaction(clara, held, Told(parties=[], about=[firm.id]))
        act_as(session(), anna, Via.web)


def test_digest_has_the_blocks_of_today_under_the_same_numbers(mails, anna, people, actor, session):
    full_morning(anna, people, actor, session)
    digest = mails()["digest"]
    reader = readers([anna.id])[0]
    page = blocks_for(reader, MORNING)
    assert [b.code for b in page] == ["slept", "today", "promised", "owed", "happened", "news", "quiet"]
    shown = {item.number: item.title for b in page for item in b.items if item.title != "Alone" and item.number}
    assert numbers(digest.text) == list(shown)
    for text in (digest.text, html_of(digest)):
        at = [text.index(title) for title in shown.values()]
        assert at == sorted(at)
        assert "Alone" not in text
        assert "Due tomorrow" not in text
    assert "Alone" in mails()["followup_due"].subject


def test_digest_says_late_both_clocks_names_in_two_scripts_and_what_can_wait(mails, anna, people, actor, session):
    full_morning(anna, people, actor, session)
    digest = mails()["digest"]
    html = html_of(digest)
    assert "LATE since Fri 6 Mar: HS note" in digest.text
    assert "01:30 = 16:30 Shanghai: 3 of 4 passed" in digest.text
    assert "\n      Got it http" in digest.text
    assert "Redwood call\n      Yesterday 14:00\n" in digest.text
    assert " 2  11:00 Delta visit\n      Log http" in digest.text
    assert "周立民 Zhou Limin, Tri-Valley Sensors" in digest.text
    assert '<span lang="zh-Hans">周立民</span> Zhou Limin, Tri-Valley Sensors' in html
    assert "China rep of Tri-Valley Sensors ends 24 Mar" in digest.text
    for text in (digest.text, html):
        assert "1 more can wait." in text
    assert "Quiet A\n      静水 · no talk yet" in digest.text
    assert "Quiet D" not in digest.text
    assert "<h1" in html
    assert "Tuesday 10 March" in html
    assert digest.subject == "Tue 10 Mar: 1 appointment, 2 promises, 1 to chase, 1 to confirm, news from Shanghai"


def test_links_are_the_same_in_text_and_html_and_ask_before_they_save(mails, anna, people, actor, client, session):
    full_morning(anna, people, actor, session)
    made = mails()
    for mail in made.values():
        html = html_of(mail).replace("&amp;", "&")
        links = re.findall(r"http://localhost(/[^\s\"<]*)", mail.text)
        assert set(links) == set(re.findall(r'href="http://localhost(/[^"]*)"', html))
        assert links
    client.login_as("anna")
    before = state_of(session)
    for mail in made.values():
        for link in set(re.findall(r"http://localhost(/[^\s\"<]*)", mail.text)):
            answer = client.get(link)
            assert answer.status_code in (200, 303), link
            if answer.status_code == 303:
                assert client.get(answer.headers["Location"]).status_code == 200, link
    assert state_of(session) == before


def state_of(session) -> list[tuple]:
    asked = sa.select(FollowUp.id, FollowUp.state, FollowUp.version, FollowUp.due_on)
    ups = session.execute(asked.order_by(FollowUp.id))
    met = session.execute(sa.select(Interaction.id, Interaction.state, Interaction.version).order_by(Interaction.id))
    return [tuple(row) for row in (*ups, *met)]


def test_nothing_confidential_stands_in_any_mail(mails, anna, people, actor, session):
    firm = client_of("Inland", "Dragonfly Mining", counselor=anna)
    boss = person("Topsecret", "Boss", at=firm, team="Inland", counselor=anna)
    secluded(firm)
    secluded(boss)
    representation(firm, counselor=anna, to_on=TODAY + timedelta(days=7))
    to_boss = {"due_on": TODAY, "promised_to_id": boss.id}
    plain = add_follow_up(anna, {"title": "Plain title"} | to_boss, about=[firm.id, boss.id])
    single = add_follow_up(anna, {"title": "Single", "mail_alone": True} | to_boss, about=[firm.id])
    # What is about a confidential record is confidential itself, unless somebody has opened it.
    assert plain.confidential
    plain.confidential = single.confidential = False
    rep = person("Plainly", "Known")
    representation(firm, rep, counselor=anna)
    affiliation(rep, firm, title="Agent")
    add_follow_up(anna, {"title": "To the rep", "due_on": TODAY, "mail_alone": True, "promised_to_id": rep.id})
    values = {"wall": datetime(2026, 3, 10, 12), "state": InteractionState.planned, "subject": "Lunch"}
    with_boss = Told(parties=[Party(boss.id, firm.id), Party(rep.id, firm.id)])
    log_interaction(anna, values, with_boss).confidential = False
    hidden = add_follow_up(anna, {"title": "Merger papers", "due_on": TODAY})
    secluded(hidden)
    values |= {"wall": datetime(2026, 3, 10, 11), "subject": "Merger talk"}
    secluded(log_interaction(anna, values, Told()))
    secluded(log_interaction(anna, values | {"wall": datetime(2026, 3, 11, 11)}, Told()))
    set_cadence(firm, Tier.a, None, TODAY - timedelta(days=40))
    made = mails()
    assert set(made) == {"digest", "followup_due", "meeting_tomorrow"}
    for mail in made.values():
        for text in (mail.subject, mail.text, html_of(mail)):
            assert [w for w in ("Dragonfly", "Topsecret", "Merger") if w in text] == []
    assert "confidential item 1" in made["digest"].text
    assert "Plain title" in made["digest"].text
    assert "12:00 Lunch\n      Known Plainly\n" in made["digest"].text
    assert "\nKnown Plainly.\n" in made["followup_due"].text
    # On the page, behind the sign-in, the same reader sees them.
    with as_read_by(anna):
        titles = [i.title + i.second for b in blocks_for(readers([anna.id])[0], MORNING) for i in b.items]
    assert any("Merger papers" in t for t in titles)
    assert any("Dragonfly Mining" in t for t in titles)


def test_what_one_may_not_see_is_not_told(mails, anna, people, actor, session):
    foreign = client_of("Bay", "Bay Cold Chain")
    mine = add_follow_up(anna, {"title": "Ask the port", "due_on": TODAY}, about=[])
    timed = add_follow_up(anna, {"title": "Of another team", "due_wall": datetime(2026, 3, 10, 7)})
    dated = add_follow_up(anna, {"title": "Of another day", "due_on": TODAY, "mail_alone": True})
    from crm.followups.models import FollowUpAbout

    session.add(FollowUpAbout(followup_id=mine.id, record_id=foreign.id))
    timed.team_id = dated.team_id = foreign.team_id
    session.flush()
    made = mails()
    assert list(made) == ["digest"]
    assert "Ask the port" in made["digest"].text
    assert "Bay Cold Chain" not in made["digest"].text
    assert "Of another" not in made["digest"].text
    assert due_alone(readers(), MORNING) == []


def test_muted_single_mails_stand_in_the_digest(mails, anna):
    add_follow_up(anna, {"title": "Alone", "due_on": TODAY, "mail_alone": True})
    add_follow_up(anna, {"title": "At eight", "due_wall": datetime(2026, 3, 10, 8)})
    set_mutes(anna.id, [ReminderKind.followup_due])
    made = mails(MORNING + timedelta(hours=2))
    assert list(made) == ["digest"]
    assert "Alone" in made["digest"].text
    assert "At eight" in made["digest"].text


@pytest.mark.parametrize("kind", [k for k in ReminderKind if k is not ReminderKind.followup_due])
def test_a_muted_kind_is_not_told(mails, anna, people, actor, session, kind):
    full_morning(anna, people, actor, session)
    values = {"wall": datetime(2026, 3, 11, 11), "state": InteractionState.planned, "subject": "Tomorrow's visit"}
    log_interaction(anna, values, Told())
    given = add_follow_up(actor("clara"), {"title": "Handed over", "due_on": TODAY + timedelta(days=9)})
    given.counselor_id = people["clara"].id
    set_mutes(anna.id, [kind])
    made = mails()
    words = {
        ReminderKind.meeting_tomorrow: "Tomorrow's visit",
        ReminderKind.ending: "China rep of Tri-Valley Sensors ends",
        ReminderKind.going_quiet: "Quiet A",
        ReminderKind.slept: "3 of 4 passed",
        ReminderKind.digest: "Send price",
        ReminderKind.assigned: "assigned you",
    }
    assert [m.kind for m in made.values() if words[kind] in m.text] == []
    assert ("digest" in made) is (kind is not ReminderKind.digest)


def test_old_promises_do_not_push_out_those_of_today(mails, anna):
    for n in range(120):
        add_follow_up(anna, {"title": f"Old {n}", "due_on": date(2025, 1, 1) + timedelta(days=n)})
    add_follow_up(anna, {"title": "Due now", "due_on": TODAY})
    text = mails()["digest"].text
    assert "Due now" in text
    assert "Old 119" in text
    assert "Old 0\n" not in text
    assert "91 older ones are open too." in text


def test_agreement_that_begins_today_is_known_in_shanghai(people, actor, clock, session):
    from crm.organizations.models import ClientAgreement

    clock.set(datetime(2026, 3, 10, 0, 0, tzinfo=UTC))
    shen = actor("shen")
    firm = client_of(shen.first_team_id, "Delta Orchards")
    session.add(ClientAgreement(organization_id=firm.id, from_on=TODAY, on_file=True))
    values = {"wall": datetime(2026, 3, 10, 11), "zone": "Asia/Shanghai", "subject": "Visit"}
    log_interaction(shen, values | {"state": InteractionState.planned}, Told(clients=[ForClient(firm.id)]))
    reader = readers([shen.id])[0]
    items = [i for b in blocks_for(reader, business_clock.now()) for i in b.items if b.code == "today"]
    assert [(i.title, i.warning) for i in items] == [("Visit", "")]


def test_an_archived_follow_up_recalls_its_mail(mails, anna, session):
    from crm.core.outbox.kinds import KINDS

    row = add_follow_up(anna, {"title": "At seven", "due_wall": datetime(2026, 3, 10, 7)})
    mail = mails()["followup_due"]
    assert KINDS["followup_due"].still_wanted(session, mail)
    archive_record(row, "twice")
    session.flush()
    assert not KINDS["followup_due"].still_wanted(session, mail)


def test_headline_of_nothing_is_empty_and_of_silence_counts_it(anna, people, actor):
    assert headline([]) == ""
    for name in ("Quiet A", "Quiet B"):
        quiet = organization(name, counselor=anna)
        set_cadence(quiet, Tier.a, None, TODAY - timedelta(days=40))
    assert headline(blocks_for(readers([anna.id])[0], MORNING)) == "2 going quiet"
