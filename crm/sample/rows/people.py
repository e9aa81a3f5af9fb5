"""Makes rows of people and their positions."""

from __future__ import annotations

from typing import Any

from crm import names
from crm.people.models import Affiliation, Person
from crm.people.policy import Employer, team_of_person

from .specs import OrganizationRef, PersonRef, PersonSpec
from .writer import RecordWriter, name_columns, point_words, tokens


def add_person(writer: RecordWriter, spec: PersonSpec) -> PersonRef:
    """Add a person with positions; shared, or of the team of the organizations."""
    parts = (spec.family_native, spec.given_native, spec.family_latin, spec.given_latin)
    full_name = names.full_name(*parts, spec.order.value, english_name=spec.english_name)
    city = spec.place.city if spec.place else None
    organizations = [Employer(job.organization.team_id) for job in spec.jobs]
    team_id = team_of_person(organizations, writer.team_of(spec.by))
    words = [names.person_tokens(*parts, spec.english_name, city)]
    words += [
        tokens(job.organization.label, job.organization.native)
        for job in spec.jobs
        if _is_known(job.organization, team_id)
    ]
    words += [point_words(medium, value or raw) for medium, _label, raw, value in spec.points]
    columns = name_columns(
        full_name.latin or full_name.native or "", full_name.native if full_name.latin else None, words
    )
    columns["sort_key"] = names.person_sort_key(*parts) or columns["sort_key"]
    main = next((job for job in spec.jobs if job.main), None)
    addressed = spec.address_as or (names.propose_address(spec.family_native, main.native_title) if main else None)
    person_id = writer.inserter.record(
        Person,
        **writer.stamp(spec.by, spec.made_at),
        **columns,
        team_id=team_id,
        counselor_id=writer.users[spec.counselor] if spec.counselor else None,
        family_latin=spec.family_latin,
        given_latin=spec.given_latin,
        family_native=spec.family_native,
        given_native=spec.given_native,
        english_name=spec.english_name,
        display_order=spec.order,
        address_as=addressed,
        **_other_columns(spec),
    )
    writer.add_history(person_id, "person", spec.by, spec.made_at)
    writer.points(person_id, spec.points)
    zone = spec.place.zone if spec.place else "America/Los_Angeles"
    person_ref = PersonRef(
        person_id, columns["label"], columns["native_label"], main.organization if main else None, team_id, zone
    )
    _add_positions(writer, person_ref, spec)
    return person_ref


def _add_positions(writer: RecordWriter, person_ref: PersonRef, spec: PersonSpec) -> None:
    for job in spec.jobs:
        writer.inserter.add(
            Affiliation,
            person_id=person_ref.id,
            organization_id=job.organization.id,
            title=job.title,
            native_title=job.native_title,
            from_on=job.from_on,
            to_on=job.to_on,
            main=job.main,
            official=job.official,
            rank=job.rank,
            rank_words=job.rank_words,
        )
        if job.main:
            job.organization.people.append(person_ref)


def _is_known(organization: OrganizationRef, team_id: int | None) -> bool:
    """Return whether everybody who sees a person of this team sees the organization."""
    return organization.team_id is None or (organization.team_id == team_id and not organization.confidential)


def _other_columns(spec: PersonSpec) -> dict[str, Any]:
    place = spec.place
    return {
        "pronunciation": spec.pronunciation,
        "languages": spec.languages,
        "mail_language": spec.mail_language,
        "country": place.country if place else None,
        "city": place.city if place else None,
        "city_key": names.city_key(place.city) if place else "",
        "zone": place.zone if place else None,
        "consent": spec.consent,
        "consent_place": spec.consent_place,
        "consent_on": spec.consent_on,
        "read_first": spec.read_first,
        "note": spec.note,
    }
