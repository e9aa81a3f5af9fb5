"""Rows that are not records but belong to a user: emails, imports, saved views, accounts, rows of lists."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from crm.bulk.models import BulkRun
from crm.bulk.policy import BulkOperation
from crm.core import clock
from crm.core.data.base import db, new_uid
from crm.core.data.history import ACTION, Batch, Change, ChangeSource
from crm.core.data.record import Record
from crm.core.mail.messages import RenderedMail
from crm.core.mail.outbox.put import put_mail
from crm.core.policy import SYSTEM
from crm.funding.models import FiledReport
from crm.funding.policy.awards import GoalMeasure
from crm.funding.services.awards import save_award
from crm.imports.services import start_import
from crm.inbox.models import InboxMessage
from crm.inbox.policy import InboxOutcome
from crm.mailings.models import EmailTemplate, EmailTemplateText, Mailing, MailingRecipient, MailingText
from crm.mailings.policy import ExclusionReason, MailingState, RecipientState
from crm.merging.queries import build_plan
from crm.merging.services import merge_records
from crm.notifications.models import Notification
from crm.records.models import Tag
from crm.records.services import set_tags, star
from crm.reference.models import Funder
from crm.referrals.models import Referral
from crm.reminders.models import Cover
from crm.reports.models import CustomReport, Review, SalesTarget
from crm.search.models import SavedView
from crm.tariffs.services import save_note
from tests.factories import client_of, person, sector
from tests.laws.dataset import Dataset
from tests.laws.expected import OwnedRow


def add_owned_rows(dataset: Dataset) -> None:
    """Add emails, imports, saved views and accounts: rows that belong to a user but are not records."""
    for name, team in (("anna", "Inland"), ("boris", "Bay"), ("clara", "Inland"), ("admin", "Inland")):
        user, word = dataset.users[name], f"Zqmail{name}"
        mail = put_mail(
            "digest", RenderedMail(f"{word} subject", f"{word} text", f"<p>{word} text</p>"), to=user, dedupe_key=word
        )
        assert mail is not None
        dataset.add("mail", mail, f"{word} text", owned_row=OwnedRow("mail", name, team))
        rows = f"family name,given name\nZqrow{name},Li\n".encode()
        run = start_import(dataset.actor(name), rows, f"zqfile{name}.csv")
        _add_messages(dataset, name, team)
        dataset.add("run", run, f"Zqrow{name}", owned_row=OwnedRow("run", name, team))
        view = SavedView(user_id=user.id, endpoint="people.index", name=f"Zqview{name}", query="")
        db.session.add(view)
        db.session.flush()
        bulk_run = BulkRun(user_id=user.id, listing="people", operation=BulkOperation.tag, at=clock.now())
        bulk_run.params, bulk_run.ids, bulk_run.return_url = {}, [], f"/people/?q=Zqbulk{name}"
        db.session.add(bulk_run)
        db.session.flush()
        dataset.add("bulk_run", bulk_run, f"Zqbulk{name}", owned_row=OwnedRow("bulk_run", name, team))
        dataset.add("view", view, f"Zqview{name}", owned_row=OwnedRow("view", name, team))
        values = {"uid": new_uid(), "kind": ACTION, "title": f"Zqaction{name}", "at": clock.now(), "actor_id": user.id}
        action = Batch(**values)
        db.session.add(action)
        db.session.flush()
        dataset.add("action", action, action.title, owned_row=OwnedRow("action", name, team))
        dataset.add("merge", _merge_two(dataset, name, team), "", owned_row=OwnedRow("merge", name, team))
        referral = Referral(from_id=user.id, to_id=user.id, question=f"Zqreferral{name}", asked_at=clock.now())
        db.session.add(referral)
        db.session.flush()
        dataset.add("referral", referral, f"Zqreferral{name}", owned_row=OwnedRow("referral", name, team))
        _add_cover(dataset, name, team)
        _add_mailing(dataset, name, team)
        _add_reports(dataset, name, team)
        dataset.add("user", user, user.email, owned_row=OwnedRow("user", name, team))
    star(dataset.actor("anna"), db.session.get_one(Record, dataset.organizations["inland"].id), on=True)
    set_tags(dataset.organizations["shared"], "Zq tag")
    tag = db.session.scalars(sa.select(Tag).where(Tag.name == "Zq tag")).one()
    dataset.add("tag", tag, tag.name, owned_row=OwnedRow("tag", "admin"))
    line = sector("Zq line")
    dataset.add("list", line, line.name, owned_row=OwnedRow("list", "admin"), rows={"edit": "sectors"})
    note = save_note(
        dataset.actor("anna"), {"hs": "9026", "text": "Zq duty", "source": "Zq notice", "noted_on": date(2026, 11, 2)}
    )
    dataset.add("tariff_note", note, note.text, owned_row=OwnedRow("tariff_note", "admin"))
    _add_award(dataset)
    teams = db.session.execute(sa.text("SELECT id, name FROM team ORDER BY id")).all()
    dataset.add("team", teams[0], teams[0].name, owned_row=OwnedRow("team", "admin"))


def _add_cover(dataset: Dataset, name: str, team: str) -> None:
    user = dataset.users[name]
    days = {"from_on": date(2026, 3, 1), "to_on": date(2026, 3, 2), "created_at": clock.now()}
    cover = Cover(user_id=user.id, colleague_id=user.id, **days)
    db.session.add(cover)
    db.session.flush()
    dataset.add("cover", cover, "", owned_row=OwnedRow("cover", name, team))


def _add_mailing(dataset: Dataset, name: str, team: str) -> None:
    """Add a private template, and an email of this user to a person whom everyone may see."""
    user, word = dataset.users[name], f"Zqmailing{name}"
    template = EmailTemplate(name=f"Zqtemplate{name}", user_id=user.id, created_at=clock.now())
    mailing = Mailing(user_id=user.id, team_id=dataset.actor(name).first_team_id, title=word, created_at=clock.now())
    mailing.state = MailingState.sent
    db.session.add_all([template, mailing])
    db.session.flush()
    texts = {"subject": f"{word} subject", "body": f"{word} text", "language": "en"}
    db.session.add(EmailTemplateText(template_id=template.id, **(texts | {"subject": template.name})))
    db.session.add(MailingText(mailing_id=mailing.id, **texts))
    recipient = MailingRecipient(mailing_id=mailing.id, person_id=person("Common", name.title()).id, language="en")
    recipient.state, recipient.reason = RecipientState.excluded, ExclusionReason.no_address
    db.session.add(recipient)
    db.session.flush()
    dataset.add("email_template", template, template.name, owned_row=OwnedRow("email_template", name, team))
    dataset.add("mailing", mailing, word, owned_row=OwnedRow("mailing", name, team))


def _add_notification(dataset: Dataset, name: str, team: str) -> None:
    """Add the notification that an email made, as one of records that were assigned together: it has a page."""
    user_id = dataset.users[name].id
    stmt = sa.select(Notification).where(Notification.user_id == user_id, Notification.kind == "digest")
    notice = db.session.scalars(stmt).one()
    batch = Batch(uid=new_uid(), kind="bulk", title="", at=clock.now(), actor_id=user_id)
    db.session.add(batch)
    db.session.flush()
    notice.batch_id = batch.id
    assigned = person("Common", f"Assigned {name}", counselor=user_id)
    line = {
        "table": "person",
        "row_id": str(assigned.id),
        "action": "changed",
        "diff": {"counselor_id": [None, user_id]},
    }
    db.session.add(Change(at=clock.now(), via=ChangeSource.web, batch_id=batch.id, root_id=assigned.id, **line))
    dataset.add("notification", notice, "", owned_row=OwnedRow("notification", name, team))


def _add_reports(dataset: Dataset, name: str, team: str) -> None:
    """Add a report that a user built, a review, and a target of the user."""
    user = dataset.users[name]
    report = CustomReport(user_id=user.id, name=f"Zqreport{name}", kind="opportunities", query="by=stage")
    db.session.add(report)
    db.session.flush()
    dataset.add("custom_report", report, report.name, owned_row=OwnedRow("custom_report", name, team))
    review = Review(team_id=dataset.actor(name).first_team_id, since_at=clock.now(), reviewed_at=clock.now())
    review.reviewed_by_id, review.next_on, review.note = user.id, clock.today(user.zone), f"Zqreview{name}"
    db.session.add(review)
    db.session.flush()
    dataset.add("review", review, review.note, owned_row=OwnedRow("review", name, team))
    target = SalesTarget(team_id=review.team_id, counselor_id=user.id, amount=120_000)
    target.from_on, target.to_on = date(2025, 10, 1), date(2026, 9, 30)
    db.session.add(target)
    db.session.flush()
    dataset.add("target", target, "", owned_row=OwnedRow("target", name, team))


def _add_messages(dataset: Dataset, name: str, team: str) -> None:
    """Add an incoming email that waits for this user, and the notification of the one before."""
    _add_notification(dataset, name, team)
    user, word = dataset.users[name], f"Zqinbox{name}"
    message = InboxMessage(uid_validity=1, uid=user.id, fingerprint=word, outcome=InboxOutcome.waiting, at=clock.now())
    message.user_id, message.from_address, message.subject = user.id, f"{word}@mail.example", word
    message.mime = f"From: {word}@mail.example\r\nSubject: {word}\r\n\r\n{word}".encode()
    db.session.add(message)
    db.session.flush()
    dataset.add("inbox", message, word, owned_row=OwnedRow("inbox", name, team))


def _add_award(dataset: Dataset) -> None:
    """Add a funder and an award with a report and a goal."""
    funder = Funder(code="ZQF", name="Zq funder")
    db.session.add(funder)
    db.session.flush()
    dataset.add("funder", funder, funder.name, owned_row=OwnedRow("funder", "admin"))
    goal = {"measure": GoalMeasure.clients, "team_id": None, "user_id": None, "target": 10}
    values = {"funder_id": funder.id, "number": "Zq-26-1", "from_on": date(2026, 10, 1), "to_on": date(2027, 9, 30)}
    values |= {"reports": [{"name": "Zq quarter", "due_on": date(2027, 1, 30), "sent_on": None}], "goals": [goal]}
    award = save_award(SYSTEM, values)
    dataset.add("award", award, award.number, owned_row=OwnedRow("award", "admin"))
    report = FiledReport(award_id=award.id, team_id=dataset.organizations["inland"].team_id, filed_at=clock.now())
    report.first, report.last, report.note = date(2026, 10, 1), date(2026, 10, 31), "Zq filed"
    report.sessions, report.file = [], b"<zq/>"
    db.session.add(report)
    db.session.flush()
    dataset.add("filed", report, "Zq filed", owned_row=OwnedRow("filed", "clara", "Inland"))


def _merge_two(dataset: Dataset, name: str, team: str) -> Batch:
    """Merge two clients of a team, as this user."""
    actor, clients = dataset.actor(name), [client_of(team, f"Zqmerged{name}{number}") for number in range(2)]
    merge = merge_records(actor, build_plan(actor, *clients, {}))
    return db.session.get_one(Batch, merge.batch_id)
