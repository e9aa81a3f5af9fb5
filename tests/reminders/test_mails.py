"""The digest has the content of Today, in text and HTML, with the same counts."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from crm.core import clock as business_clock
from crm.core.data.record import Record
from crm.core.i18n.formats import as_read_by
from crm.followups.enums import Tier
from crm.followups.models import FollowUp
from crm.followups.services import add_follow_up, set_cadence
from crm.interactions.models import Interaction
from crm.interactions.policy import InteractionState
from crm.interactions.services import ClientMinutes, InteractionDetails, log_interaction
from crm.reminders.blocks import TITLES, DigestBlock, blocks_for, headline
from crm.reminders.queries import readers
from crm.reminders.queries.items import DigestItem
from tests.factories import client_of, organization
from tests.reminders.digest_data import MORNING, TODAY, add_digest_items, html_of


def numbers(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"^ ?(\d{1,2})  ", text, re.MULTILINE)]


def test_digest_has_the_sections_and_counts_of_today(mails, anna, people, actor, session):
    add_digest_items(anna, people, actor, session)
    digest = mails()["digest"]
    reader = readers([anna.id])[0]
    page = blocks_for(reader, MORNING)
    assert [b.code for b in page] == ["overnight", "today", "we_owe", "they_owe", "unconfirmed", "news", "going_quiet"]
    title_by_number = {
        item.number: item.title for b in page for item in b.items if item.title != "Alone" and item.number
    }
    assert numbers(digest.text.partition("Answer all")[0]) == list(title_by_number)
    for text in (digest.text, html_of(digest)):
        positions = [text.index(title) for title in title_by_number.values()]
        assert positions == sorted(positions)
        assert "Alone" not in text
        assert "Due tomorrow" not in text
    assert "Alone" in mails()["followup_due"].subject


def test_digest_shows_overdue_both_clocks_both_scripts_and_later_items(mails, anna, people, actor, session):
    add_digest_items(anna, people, actor, session)
    digest = mails()["digest"]
    html = html_of(digest)
    assert "OVERDUE since Fri, Mar 6: HS note" in digest.text
    assert "1:30 AM = 4:30 PM Shanghai: 3 of 4 passed" in digest.text
    assert "Redwood call\n      Yesterday 2:00 PM\n" in digest.text
    assert " 2  11:00 AM Delta visit\n" in digest.text
    assert "周立民 Zhou Limin, Tri-Valley Sensors" in digest.text
    assert '<span lang="zh-Hans">周立民</span> Zhou Limin, Tri-Valley Sensors' in html
    assert "China rep of Tri-Valley Sensors ends Mar 24" in digest.text
    for text in (digest.text, html):
        assert "1 more going quiet." in text
    assert "Quiet A\n      静水 · no interaction yet: 40 days (target: 30)" in digest.text
    assert "Quiet D" not in digest.text
    assert "<h1" in html
    assert "Tuesday, March 10" in html
    assert digest.subject == (
        "Tue, Mar 10: 1 appointment, 3 we owe (1 overdue), 1 they owe, 1 to confirm, overnight updates from Shanghai"
    )


def test_text_of_the_digest_has_one_link_for_all_answers(mails, anna, people, actor, session):
    add_digest_items(anna, people, actor, session)
    digest = mails()["digest"]
    items, rest = digest.text.split("Answer on one page (no sign-in needed):\n")
    assert "http" not in items
    assert re.findall(r"http://localhost(/[a-z]*/?)", rest) == ["/a/", "/", "/profile"]
    assert set(digest.numbered) <= {str(number) for number in numbers(items)}
    titles = {number: session.get(Record, record_id).label for number, record_id in digest.numbered.items()}
    for number, title in titles.items():
        assert re.search(rf"^ ?{number}  .*{title}", items, re.MULTILINE)
    assert {"HS note", "Send price", "Specification", "Redwood call", "Delta visit"} == set(titles.values())


def test_links_of_the_text_are_in_the_html_and_all_confirm_before_saving(mails, anna, people, actor, client, session):
    add_digest_items(anna, people, actor, session)
    emails, all_links = mails(), set()
    for mail in emails.values():
        html = html_of(mail).replace("&amp;", "&")
        links = re.findall(r"http://localhost(/[^\s\"<]*)", mail.text)
        html_links = set(re.findall(r'href="http://localhost(/[^"]*)"', html))
        assert set(links) <= html_links
        assert links
        all_links |= html_links
    client.login_as("anna")
    before = state_of(session)
    for link in all_links:
        answer = client.get(link)
        assert answer.status_code in (200, 303), link
        if answer.status_code == 303:
            assert client.get(answer.headers["Location"]).status_code == 200, link
    assert state_of(session) == before


def state_of(session) -> list[tuple]:
    stmt = sa.select(FollowUp.id, FollowUp.state, FollowUp.version, FollowUp.due_on)
    ups = session.execute(stmt.order_by(FollowUp.id))
    interaction_rows = session.execute(
        sa.select(Interaction.id, Interaction.state, Interaction.version).order_by(Interaction.id)
    )
    return [tuple(row) for row in (*ups, *interaction_rows)]


def test_overdue_follow_ups_do_not_displace_those_of_today(mails, anna):
    for n in range(120):
        add_follow_up(anna, {"title": f"Old {n}", "due_on": date(2025, 1, 1) + timedelta(days=n)})
    add_follow_up(anna, {"title": "Due now", "due_on": TODAY})
    text = mails()["digest"].text
    assert "Due now" in text
    assert "Old 119" in text
    assert "Old 0\n" not in text
    assert "91 older follow-ups are also open." in text


def test_agreement_starting_today_is_in_the_digest_in_shanghai(people, actor, clock, session):
    from crm.organizations.models import ClientAgreement

    clock.set(datetime(2026, 3, 10, 0, 0, tzinfo=UTC))
    shen = actor("shen")
    organization = client_of(shen.first_team_id, "Delta Orchards")
    session.add(ClientAgreement(organization_id=organization.id, from_on=TODAY, on_file=True))
    values = {"wall": datetime(2026, 3, 10, 11), "zone": "Asia/Shanghai", "subject": "Visit"}
    log_interaction(
        shen, values | {"state": InteractionState.planned}, InteractionDetails(clients=[ClientMinutes(organization.id)])
    )
    reader = readers([shen.id])[0]
    items = [i for b in blocks_for(reader, business_clock.now()) for i in b.items if b.code == "today"]
    assert [(i.title, i.warning) for i in items] == [("Visit", "")]


def test_headline_names_the_city_of_colleagues_but_not_of_new_leads(anna):
    lead = DigestItem(icon="post", title="New lead", record_id=1, kind="project", their_zone="Asia/Taipei")
    logged = DigestItem(icon="call", title="Call", record_id=2, kind="interaction", their_zone="Asia/Shanghai")
    with as_read_by(anna):
        lines = [
            headline([DigestBlock("overnight", *TITLES["overnight"], items, total=len(items))])
            for items in ([lead], [logged, lead])
        ]
    assert lines == ["overnight updates", "overnight updates from Shanghai"]


def test_headline_is_empty_without_items_and_counts_going_quiet(anna, people, actor):
    assert headline([]) == ""
    for name in ("Quiet A", "Quiet B"):
        quiet = organization(name, counselor=anna)
        set_cadence(quiet, Tier.a, None, TODAY - timedelta(days=40))
    assert headline(blocks_for(readers([anna.id])[0], MORNING)) == "2 going quiet"
