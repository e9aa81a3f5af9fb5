"""The email to one recipient: rendered with the recipient's values, and put into the outbox."""

from __future__ import annotations

from flask import current_app
from sqlalchemy.orm import Session

from crm.core.data.base import db
from crm.core.mail.messages import MailHeaders, RenderedMail, link_to, one_line, render_mail
from crm.core.mail.outbox.claim import ClaimedMail
from crm.core.mail.outbox.kinds import MailKind, declare_mail_kind
from crm.core.mail.outbox.models import Mail
from crm.core.mail.outbox.policy import Audience
from crm.core.mail.outbox.put import put_mail
from crm.core.words import _l
from crm.people.models import Person
from crm.people.queries import find_email_refusals
from crm.people.send_times import SendTime, find_send_time
from crm.records.opt_outs import is_opted_out

from .fields import fill_in
from .models import Mailing, MailingRecipient
from .queries import find_stop_reason, is_emailed_before
from .reader_texts import find_texts
from .recipients import EmailText, MailCandidate, Sender
from .tokens import build_unsubscribe_token

KIND = "mailing"


def render_email(
    candidate: MailCandidate, text: EmailText, sender: Sender, *, is_bulk: bool, unsubscribe_url: str = ""
) -> RenderedMail:
    """Return the email to a recipient; one to many has a foot with the postal address and the link to unsubscribe."""
    body = fill_in(text.body, candidate.values).strip()
    texts = find_texts(candidate.language)
    return render_mail(
        KIND,
        texts.code,
        subject=one_line(fill_in(text.subject, candidate.values)),
        body=body,
        paragraphs=[part.split("\n") for part in body.replace("\r\n", "\n").split("\n\n") if part.strip()],
        texts=texts,
        values={"center": sender.center},
        # The postal address begins with it.
        center="" if is_bulk else sender.center,
        postal_address=sender.postal_address if is_bulk else "",
        link=unsubscribe_url if is_bulk else "",
    )


def choose_send_time(candidate: MailCandidate, sender: Sender) -> SendTime:
    """Return when an email is sent that waits for the recipient's next working day."""
    return find_send_time(candidate.zone, candidate.country, sender.user.zone)


def _still_wanted(session: Session, mail: ClaimedMail) -> bool:
    """Return whether the person isn't archived and still gets email, and the sender may still send it.

    A person who was merged with an earlier recipient gets that one's email only.
    """
    row = session.get(MailingRecipient, int(mail.dedupe_key.rpartition(":")[2].partition("#")[0]))
    person = session.get(Person, row.person_id) if row else None
    if row is None or person is None or person.archived_at is not None or is_opted_out(session, mail.address):
        return False
    if find_stop_reason(session.get_one(Mailing, row.mailing_id)) is not None or is_emailed_before(session, row):
        return False
    return not find_email_refusals([person.id])


declare_mail_kind(
    MailKind(KIND, _l("Email to a person"), Audience.outside, still_wanted=_still_wanted, survives_undo=True)
)


def mail_recipient(
    recipient: MailingRecipient, candidate: MailCandidate, sender: Sender, *, is_bulk: bool, on_workday: bool
) -> Mail | None:
    """Put the email to a recipient into the outbox; replies go to the sender. None if it is there already."""
    token = build_unsubscribe_token(current_app.config["SECRET_KEY"], recipient.id)
    paths = current_app.url_map.bind("localhost")
    url = link_to(paths.build("mailings.unsubscribe", {"token": token})) if is_bulk else ""
    one_click = link_to(paths.build("mailings.one_click", {"token": token})) if is_bulk else ""
    rendered = render_email(
        candidate, candidate.text or EmailText("", ""), sender, is_bulk=is_bulk, unsubscribe_url=url
    )
    from_name = f"{sender.values_in(candidate.language)['sender_name']}, {sender.center}"
    headers = MailHeaders(one_click, from_name, personal=not is_bulk)
    return put_mail(
        KIND,
        rendered._replace(reply_to=sender.user.email, headers=headers),
        to=recipient.address,
        name=candidate.label,
        dedupe_key=f"{KIND}:{recipient.mailing_id}:{recipient.id}",
        record=db.session.get_one(Person, recipient.person_id),
        next_at=choose_send_time(candidate, sender).at if on_workday else None,
        team_id=sender.team.id,
    )
