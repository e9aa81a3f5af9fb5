"""Who may write to whom, why someone is left out, and which template is whose. Pure: no clock, no database."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from crm.core.policy import RULES, Actor, Role, Rule, is_signed_in, may_edit, may_see
from crm.core.words import LabeledEnum, _l
from crm.people.policy import ConsentKind
from crm.people.salutations import EMAIL_LANGUAGES

SUBJECT_CHARS = 200
BODY_CHARS = 10_000
CAP_PERIOD = timedelta(hours=24)
"""The period of CRM_MAILING_PER_DAY."""
SLICE = 20
"""How many emails of a mailing are put into the outbox in one transaction."""
OPT_OUT_COUNTRIES = ("US",)
"""Countries whose law allows email to many until someone unsubscribes (CAN-SPAM); elsewhere it needs consent."""
CONSENTS = (ConsentKind.card, ConsentKind.written, ConsentKind.spoken, ConsentKind.contract)
"""The consents that allow email to many; a public source isn't one."""
ADVERTISING_MARK = re.compile(r"广告|廣告|\bAD\b")


def has_team(actor: Actor) -> bool:
    """Members of a team, for which their emails are sent."""
    return actor.first_team_id is not None


RULES["mailing:see"] = Rule(
    is_signed_in, may_see, "View the emails that one wrote to people; managers: those of their teams."
)
RULES["mailing:send"] = Rule(has_team, may_edit, "Email people that one may edit, as a member of a team.")
RULES["email_template:use"] = Rule(
    is_signed_in, may_see, "Use one's own and one's teams' email templates; edit one's own, managers: their teams'."
)


class MailingState(LabeledEnum):
    """The progress of a mailing."""

    sending = "sending", _l("Sending")
    scheduled = "scheduled", _l("Scheduled")
    sent = "sent", _l("Sent")
    canceled = "cancelled", _l("Canceled")


class RecipientState(LabeledEnum):
    """What became of a recipient; the delivery itself is the state of the email."""

    waiting = "waiting", _l("Waiting")
    queued = "queued", _l("Queued")
    logged = "logged", _l("Sent")
    excluded = "excluded", _l("Left out")
    canceled = "cancelled", _l("Canceled")


class ExclusionReason(LabeledEnum):
    """Why someone gets no email."""

    hidden = "hidden", _l("You no longer have access to this person")
    archived = "archived", _l("Archived")
    confidential = "confidential", _l("Confidential: write from the person's page")
    no_address = "no_address", _l("No email address")
    opted_out = "opted_out", _l("Asked not to be emailed")
    withdrawn = "withdrawn", _l("Consent was withdrawn")
    no_consent = "no_consent", _l("Consent isn't recorded")
    bounced = "bounced", _l("Email to this address bounces")
    no_text = "no_text", _l("The template has no text")
    blank_field = "blank_field", _l("A field of the template is blank")
    same_address = "same_address", _l("Another recipient has the same address")
    same_person = "same_person", _l("Same person as another recipient")
    deactivated = "deactivated", _l("The sender was deactivated")
    left_team = "left_team", _l("The sender left the team")


@dataclass(frozen=True)
class RecipientFacts:
    """What decides whether someone gets an email; `opted_out` is about any of their addresses, `bounced` about all."""

    consent: ConsentKind | None
    country: str | None
    archived: bool
    confidential: bool
    has_address: bool
    opted_out: bool
    bounced: bool


def find_reason(facts: RecipientFacts, *, is_bulk: bool) -> ExclusionReason | None:
    """Return why someone gets no email; None if they get it. Only email to many needs a consent."""
    reasons = (
        (facts.archived, ExclusionReason.archived),
        (is_bulk and facts.confidential, ExclusionReason.confidential),
        (not facts.has_address, ExclusionReason.no_address),
        (facts.opted_out, ExclusionReason.opted_out),
        (facts.consent is ConsentKind.withdrawn, ExclusionReason.withdrawn),
        (is_bulk and needs_consent(facts.country) and facts.consent not in CONSENTS, ExclusionReason.no_consent),
        (facts.bounced, ExclusionReason.bounced),
    )
    return next((reason for applies, reason in reasons if applies), None)


def needs_consent(country: str | None) -> bool:
    """Return whether email to many needs a recorded consent; so it does where the country isn't known."""
    return country not in OPT_OUT_COUNTRIES


def lacks_advertising_mark(country: str | None, subject: str) -> bool:
    """Return whether the subject of an advertisement would have to be marked: China's rules require 广告 or AD."""
    return country == "CN" and ADVERTISING_MARK.search(subject) is None


def choose_text(languages: Collection[str], language: str) -> str | None:
    """Return which of a template's languages is used: the reader's, the other Chinese, English, else the first."""
    if not languages:
        return None
    other = {"zh_Hans": "zh_Hant", "zh_Hant": "zh_Hans"}.get(language, "")
    ordered = (language, other, "en", *EMAIL_LANGUAGES)
    return next((code for code in ordered if code in languages), None)


def may_edit_template(actor: Actor, user_id: int, team_id: int | None) -> bool:
    """Return whether a template may be changed: by its author, and by managers and administrators of its team."""
    if actor.id == user_id:
        return True
    is_in_charge = actor.role in (Role.manager, Role.administrator) and team_id in actor.team_ids
    return team_id is not None and (is_in_charge or actor.sees_all_teams)


def has_blank(values: Mapping[str, str], used: Collection[str]) -> str:
    """Return the first field that a text uses and that is blank for someone; "" if there is none."""
    return next((name for name in used if not values.get(name)), "")
