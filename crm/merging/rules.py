"""What a merge does with each reference to a record: one line for each foreign key, checked by a law test.

Whether the column is part of a key, and whether the table has a history, follows from the models.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

NOT_MERGED = ("followup", "interaction", "milestone", "need", "representation")
"""Kinds of records that can't be merged: references to them stay as they are."""


class MergeAction(enum.Enum):
    """What happens to the rows that refer to the duplicate."""

    move = "they refer to the survivor; one that it already has is joined with its own"
    single = "a record has one such row: its blanks are filled, or the row moves"
    stay = "they stay: history of this record, or its own access"
    derived = "they are computed again"


class MergeRule(NamedTuple):
    """What happens to the rows of a table that refer to a merged record through one column.

    `same`: rows that are equal in these columns are joined; empty: rows are never joined. `compatible`: rows are joined
    only if no other column has different values. `add`: columns whose values are added up when rows are joined,
    `any_of`: columns that are true if one of them is, `wins`: columns with the code that stays if one of them has it.
    `other`: a row is deleted if its column of this name would then refer to the same record as this one: nobody is
    related to themselves.
    """

    how: MergeAction
    same: tuple[str, ...] = ()
    compatible: bool = False
    add: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    wins: tuple[tuple[str, str], ...] = ()
    other: str = ""


MOVE, SINGLE, STAY, DERIVED = (
    MergeRule(MergeAction.move),
    MergeRule(MergeAction.single),
    MergeRule(MergeAction.stay),
    MergeRule(MergeAction.derived),
)
ATTENDED = (("attendance", "attended"),)
"""Of two rows of a participant, one may say no-show because the other one was checked off."""

RULES: dict[str, MergeRule] = {
    # Any record
    "attachment.record_id": MOVE,
    "cadence.record_id": SINGLE,
    "calendar_invitation.record_id": MOVE,
    "change.root_id": STAY,
    "contact_point.record_id": MergeRule(MergeAction.move, same=("medium", "value or raw")),
    "calendar_guest.person_id": MOVE,
    "checkin.person_id": MOVE,
    "duplicate_pair.a_id": STAY,
    "duplicate_pair.b_id": STAY,
    "email_answer.record_id": STAY,
    "evidence.record_id": MergeRule(MergeAction.move, same=("test",)),
    "followup.source_id": MOVE,
    "followup_about.record_id": MergeRule(MergeAction.move, same=("followup_id",)),
    "gift.occasion_id": MOVE,
    "inbox_message.record_id": STAY,
    "interaction_link.record_id": MergeRule(MergeAction.move, same=("interaction_id",), any_of=("stated",)),
    "mail.record_id": STAY,
    "mailing_recipient.person_id": MOVE,
    "match_decision.opportunity_id": MOVE,
    "match_key.record_id": DERIVED,
    "match_progress.record_id": DERIVED,
    "merge.loser_id": STAY,
    "referral.record_id": MOVE,
    "merge.survivor_id": STAY,
    "other_name.record_id": MergeRule(MergeAction.move, same=("name",)),
    "project.source_id": MOVE,
    "recent.record_id": MergeRule(MergeAction.move, same=("user_id",)),
    "record.merged_into_id": MOVE,
    "record_dates.record_id": DERIVED,
    "record_reader.record_id": STAY,
    "record_employer.record_id": MergeRule(MergeAction.move, same=("person_id", "organization_id")),
    "record_tag.record_id": MergeRule(MergeAction.move, same=("tag_id",)),
    "reminder.record_id": STAY,
    "show_going.record_id": MergeRule(MergeAction.move, same=("show_id",), wins=ATTENDED),
    "star.record_id": MergeRule(MergeAction.move, same=("user_id",)),
    # People
    "affiliation.person_id": MergeRule(MergeAction.move, same=("organization_id",), compatible=True, any_of=("main",)),
    "followup.promised_by_id": MOVE,
    "followup.promised_to_id": MOVE,
    "gift.person_id": MOVE,
    "interaction_party.person_id": MergeRule(MergeAction.move, same=("interaction_id",)),
    "meeting_employer.person_id": MergeRule(MergeAction.move, same=("meeting_id", "organization_id")),
    "meeting_person.person_id": MergeRule(MergeAction.move, same=("meeting_id",)),
    "opportunity.buyer_contact_id": MOVE,
    "post_holder.person_id": MergeRule(MergeAction.move, same=("post_role_id",), compatible=True),
    "project_party.person_id": MOVE,
    "record_employer.person_id": MergeRule(MergeAction.move, same=("record_id", "organization_id")),
    "relation.other_id": MergeRule(MergeAction.move, same=("person_id", "kind"), compatible=True, other="person_id"),
    "relation.person_id": MergeRule(MergeAction.move, same=("other_id", "kind"), compatible=True, other="other_id"),
    "representation.person_id": MOVE,
    # Organizations
    "affiliation.organization_id": MergeRule(MergeAction.move, same=("person_id",), compatible=True, any_of=("main",)),
    "alias.organization_id": MergeRule(MergeAction.move, same=("name",)),
    "client.organization_id": SINGLE,
    "client_agreement.organization_id": MergeRule(MergeAction.move, same=("from_on",), compatible=True),
    "dated_fact.organization_id": MergeRule(MergeAction.move, same=("kind", "as_of"), compatible=True),
    "gift.organization_id": MOVE,
    "interaction_client.client_id": MergeRule(MergeAction.move, same=("interaction_id",), any_of=("countable",)),
    "interaction_party.organization_id": MOVE,
    "interaction_time.client_id": MergeRule(
        MergeAction.move, same=("interaction_id", "user_id"), add=("contact", "prep", "travel")
    ),
    "meeting_employer.organization_id": MergeRule(MergeAction.move, same=("meeting_id", "person_id")),
    "need.organization_id": MOVE,
    "notification.record_id": STAY,
    "opportunity.buyer_id": MOVE,
    "opportunity.client_id": MOVE,
    "organization.parent_id": MOVE,
    "organization_role.organization_id": MergeRule(MergeAction.move, same=("role",)),
    "organization_sector.organization_id": MergeRule(MergeAction.move, same=("sector_id",)),
    "ownership.organization_id": MergeRule(
        MergeAction.move, same=("owner_id", "owner_name"), compatible=True, other="owner_id"
    ),
    "ownership.owner_id": MergeRule(
        MergeAction.move, same=("organization_id",), compatible=True, other="organization_id"
    ),
    "post.organization_id": SINGLE,
    "post_role.organization_id": MOVE,
    "prime.organization_id": SINGLE,
    "product.client_id": MOVE,
    "project_party.under_id": MOVE,
    "project_party.organization_id": MergeRule(MergeAction.move, same=("project_id", "role"), compatible=True),
    "record_employer.organization_id": MergeRule(MergeAction.move, same=("record_id", "person_id")),
    "representation.client_id": MOVE,
    "representation.organization_id": MOVE,
    "show.organizer_id": MOVE,
    "supplier_registration.client_id": MergeRule(MergeAction.move, same=("prime_id",), compatible=True),
    "supplier_registration.prime_id": MergeRule(MergeAction.move, same=("client_id",), compatible=True),
    "tender_package.organization_id": MOVE,
    "assistance.client_id": MOVE,
    "partner_referral.client_id": MOVE,
    "intake_answers.client_id": SINGLE,
    "show_meeting.client_id": MOVE,
    "show_meeting.host_id": MOVE,
    # Projects, products, shows, opportunities
    "lead_change.project_id": STAY,
    "match_decision.product_id": MergeRule(MergeAction.move, same=("need_id",)),
    "need.project_id": MOVE,
    "impact_survey.client_id": MOVE,
    "impact_survey.opportunity_id": MOVE,
    "impact_survey.person_id": MOVE,
    "milestone.client_id": MOVE,
    "milestone.confirmed_by_id": MOVE,
    "milestone.opportunity_id": MOVE,
    "milestone.post_id": MOVE,
    "milestone.project_id": MOVE,
    "milestone.show_id": MOVE,
    "survey_plan.client_id": MOVE,
    "survey_plan.opportunity_id": MOVE,
    "survey_plan.person_id": MOVE,
    "opportunity.product_id": MOVE,
    "opportunity.project_id": MOVE,
    "opportunity_change.opportunity_id": STAY,
    "review_item.opportunity_id": MergeRule(MergeAction.move, same=("review_id",)),
    "project_party.project_id": MergeRule(MergeAction.move, same=("organization_id", "role"), compatible=True),
    "project_sector.project_id": MergeRule(MergeAction.move, same=("sector_id",)),
    "product_match.product_id": DERIVED,
    "representation_product.product_id": MergeRule(MergeAction.move, same=("representation_id",)),
    "show_going.show_id": MergeRule(MergeAction.move, same=("record_id", "user_id"), wins=ATTENDED),
    "show_meeting.show_id": MOVE,
    "tender_package.project_id": MOVE,
}
"""By table and column, in the order of execution within a table."""
