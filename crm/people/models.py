"""People, their positions, relations and representations."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.data.base import Base, code, field, sort_text
from crm.core.data.history import Audited, UndoMode
from crm.core.data.record import Record
from crm.core.words import _l, _p

from .policy import (
    ConsentKind,
    DisplayOrder,
    Exclusivity,
    Month,
    OfficialKind,
    OfficialRank,
    RelationKind,
    RepresentationBasis,
    RepresentationKind,
    RepresentationStatus,
    birth_date,
)


class Person(Record):
    """A person; only a name in one script is required."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    family_latin: Mapped[str | None] = field(_l("Family name"), sa.String(80), in_lists=True)
    given_latin: Mapped[str | None] = field(_l("Given name"), sa.String(80), in_lists=True)
    family_native: Mapped[str | None] = field(_l("Native family name"), sa.String(40), in_lists=True)
    given_native: Mapped[str | None] = field(_l("Native given name"), sa.String(40), in_lists=True)
    english_name: Mapped[str | None] = field(_l("English name"), sa.String(60), in_lists=True)
    display_order: Mapped[DisplayOrder] = field(_l("Name order"), code(DisplayOrder), default=DisplayOrder.given_first)
    address_as: Mapped[str | None] = field(
        _l("How to address"), sa.String(80), hint=_l("For example, 周经理 or Director Wang."), in_lists=True
    )
    pronunciation: Mapped[str | None] = field(_l("Pronunciation"), sa.String(80))
    languages: Mapped[str | None] = field(_l("Languages"), sa.String(120), in_lists=True)
    linkedin: Mapped[str | None] = field(
        _l("LinkedIn address"), sa.String(300), widget="url", in_lists=True, headings="linkedin url|领英|领英主页"
    )
    mail_language: Mapped[str | None] = field(_l("Email language"), sa.String(10), widget="language")
    country: Mapped[str | None] = field(_l("Country"), sa.String(2), widget="country", in_lists=True)
    city: Mapped[str | None] = field(_l("City"), sa.String(80))
    city_key: Mapped[str] = mapped_column(sort_text(80), default="")
    zone: Mapped[str | None] = field(_l("Time zone"), sa.String(60), widget="zone")
    address: Mapped[str | None] = field(_l("Address"), sa.String(400), widget="area", in_lists=True)
    native_address: Mapped[str | None] = field(_l("Native address"), sa.String(400), widget="area", in_lists=True)
    consent: Mapped[ConsentKind | None] = field(_l("Consent"), code(ConsentKind))
    consent_place: Mapped[str | None] = field(_l("Consent location"), sa.String(120))
    consent_on: Mapped[date | None] = field(_l("Consent date"))
    birth_month: Mapped[Month | None] = field(_l("Month of birth"), code(Month))
    birth_day: Mapped[int | None] = field(_l("Day of birth"))
    birth_year: Mapped[int | None] = field(_l("Year of birth"), hint=_l("Leave blank if you don't know it."))
    read_first: Mapped[str | None] = field(_l("Important note"), sa.String(500), widget="area")
    note: Mapped[str | None] = field(_l("Note"), sa.Text, in_lists=True)
    __mapper_args__ = {"polymorphic_identity": "person"}
    __table_args__ = (sa.Index("ix_person_city", "city_key", "id"),)

    @property
    def birth_date(self) -> date | None:
        """The date of birth, in a leap year when the year is unknown; None when it is unknown."""
        return birth_date(self.birth_month, self.birth_day, self.birth_year)


class Affiliation(Audited, Base):
    """A position of a person at an organization; ended positions are kept."""

    __tablename__ = "affiliation"
    audit_root: ClassVar[str | None] = "person_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    title: Mapped[str | None] = field(_p("job", "Title"), sa.String(120))
    native_title: Mapped[str | None] = field(_l("Native title"), sa.String(120))
    department: Mapped[str | None] = field(_l("Department"), sa.String(120))
    from_on: Mapped[date | None] = field(_l("From"))
    to_on: Mapped[date | None] = field(_l("To"))
    main: Mapped[bool] = field(_l("Primary position"), default=True)
    official: Mapped[OfficialKind] = field(_l("Official status"), code(OfficialKind), default=OfficialKind.none)
    rank: Mapped[OfficialRank | None] = field(_l("Rank"), code(OfficialRank))
    rank_words: Mapped[str | None] = field(
        _l("Rank in words"), sa.String(80), hint=_l("For example, 副厅级 or vice minister.")
    )
    __table_args__ = (sa.Index("ix_affiliation_person_id", "person_id", "to_on", "official", "organization_id"),)


class RecordEmployer(Audited, Base):
    """Where a person of an opportunity or milestone worked when it was saved: it is as confidential as that."""

    __tablename__ = "record_employer"
    undo_mode: ClassVar[UndoMode | None] = UndoMode.restore
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), primary_key=True, index=True)


class PostHolder(Audited, Base):
    """A person who holds or held a role at a post."""

    __tablename__ = "post_holder"
    audit_root: ClassVar[str | None] = "person_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_role_id: Mapped[int] = mapped_column(sa.ForeignKey("post_role.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    from_on: Mapped[date | None] = field(_l("From"))
    to_on: Mapped[date | None] = field(_l("To"))
    expected_end_on: Mapped[date | None] = field(_l("Expected end of tour"), index=True)


class Relation(Audited, Base):
    """How one person knows another, read from the first to the second. Only one team sees a schoolmate relation."""

    __tablename__ = "relation"
    audit_root: ClassVar[str | None] = "person_id"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    other_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    kind: Mapped[RelationKind] = field(_l("Relationship"), code(RelationKind))
    evidence: Mapped[str | None] = field(_l("Source"), sa.String(300))
    since_on: Mapped[date | None] = field(_l("Since"))
    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey("team.id"))


class Representation(Record):
    """A person, an organization or both that represent a client in China."""

    __tablename__ = "representation"
    id: Mapped[int] = mapped_column(sa.ForeignKey("record.id"), primary_key=True)
    client_id: Mapped[int] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organization.id"), index=True)
    rep_kind: Mapped[RepresentationKind] = field(_l("Type"), code(RepresentationKind), default=RepresentationKind.agent)
    territory: Mapped[str | None] = field(_l("Territory"), sa.String(200))
    exclusive: Mapped[Exclusivity] = field(_l("Exclusive"), code(Exclusivity), default=Exclusivity.unknown)
    basis: Mapped[RepresentationBasis] = field(
        _l("Basis"), code(RepresentationBasis), default=RepresentationBasis.verbal
    )
    from_on: Mapped[date | None] = field(_l("Agreement start"))
    to_on: Mapped[date | None] = field(_l("Agreement end"), index=True)
    may_quote: Mapped[bool] = field(_l("May quote prices"), default=False)
    status: Mapped[RepresentationStatus] = field(
        _l("Status"), code(RepresentationStatus), default=RepresentationStatus.active
    )
    mark_owner: Mapped[str | None] = field(_l("China trademark owner"), sa.String(200))
    note: Mapped[str | None] = field(_l("Note"), sa.String(1000), widget="area")
    __mapper_args__ = {"polymorphic_identity": "representation"}
