"""A house with a record of every kind in every way it can stand; each has a word of its own in all its texts."""

from __future__ import annotations

from datetime import date, datetime, time
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from crm.core import clock
from crm.core.data.base import db
from crm.core.data.record import Record
from crm.core.policy import SYSTEM
from crm.core.web.files import folder
from crm.followups.models import Cadence
from crm.followups.services import add_follow_up
from crm.interactions.policy import InteractionState
from crm.interactions.services import ForClient, InteractionDetails, PartyValues, log_interaction
from crm.opportunities.models import OpportunityChange
from crm.opportunities.policy import ExitTest, LicenseGate, OpportunityStage
from crm.organizations.models import ClientAgreement, DatedFact
from crm.organizations.policy import FactKind, OrganizationRole
from crm.people.policy import OfficialKind
from crm.projects.models import LeadChange, Need, Project
from crm.projects.policy import LeadStage, LeadTest, ProjectRole
from crm.projects.services import add_project, save_need, save_party
from crm.records.models import Attachment
from crm.records.policy import EvidenceState
from crm.records.services import set_evidence
from crm.shows.models import Show, ShowMeeting
from crm.shows.services import save_going, save_meeting, save_show
from tests.factories import (
    affiliation,
    archived,
    client_of,
    holder,
    organization,
    owner,
    person,
    post_role,
    reachable,
    relation,
    representation,
    secluded,
    team_id_of,
)
from tests.factories.opportunities import cleared_product, make_opportunity
from tests.fixtures.people import make_people
from tests.laws.dataset import DAY, FILE, FILE_NAME, NOW, RECORD_KINDS, Scene, Subject, word_of
from tests.laws.expected import WAYS, Way
from tests.laws.owned_rows import keep

__all__ = ["DAY", "NOW", "RECORD_KINDS", "Scene", "Subject", "build", "word_of"]


def build() -> Scene:
    """Make it all in `db.session`, which is flushed."""
    scene = Scene(users=make_people())
    (folder("attachments") / FILE_NAME).write_bytes(FILE)
    scene.host = organization("Common Host", country="CN", city="Suzhou")
    for way in WAYS.values():
        _firm(scene, way)
        if not way.hold:
            _person(scene, way)
            _project(scene, way)
        if way.team:
            _of_client(scene, way)
    _shows(scene)
    keep(scene)
    db.session.flush()
    return scene


def _stand(record: Record, way: Way, scene: Scene) -> None:
    """Bring a record into its way."""
    record.team_id = team_id_of(way.team)
    record.counselor_id = scene.users[way.counselor].id
    db.session.flush()
    if way.confidential:
        secluded(record, *(scene.users[name] for name in way.readers))
    if way.archived:
        archived(record, f"{record.label.split()[0]} is away")
    db.session.add(
        Attachment(
            record_id=record.id,
            name=f"{record.label.split()[0]}.txt",
            media_type="text/plain",
            size=3,
            sha256=sha256(FILE).hexdigest(),
            stored_as=FILE_NAME,
            at=clock.now(),
        )
    )
    db.session.flush()


def _took(scene: Scene, kind: str, record: Record, way: Way, **rows: Any) -> Subject:
    _stand(record, way, scene)
    word = word_of(kind, way.name)
    file = db.session.scalars(sa.select(Attachment).where(Attachment.record_id == record.id)).one()
    scene.add("file", file, word, way)
    return scene.add(kind, record, word, way, rows=rows)


def _firm(scene: Scene, way: Way) -> None:
    word = word_of("organization", way.name)
    facts: dict[str, Any] = {
        "country": "CN",
        "city": f"{word}ville",
        "native_name": f"{word}中",
        "description": f"{word} does",
    }
    if way.team:
        firm = client_of(way.team, f"{word} Sensors", **facts)
    else:
        firm = organization(f"{word} Sensors", roles=[OrganizationRole.prime, OrganizationRole.post], **facts)
    held = owner(firm, f"{word} Holding", 51)
    scene.firms[way.name] = firm
    reachable(firm, email=f"{word.lower()}@example.org")
    role = post_role(firm, f"{word} Officer")
    agreed = ClientAgreement(organization_id=firm.id, from_on=DAY)
    staff = DatedFact(organization_id=firm.id, kind=FactKind.staff, number=4711, as_of=DAY, source=f"{word} form")
    db.session.add_all([agreed, staff])
    db.session.flush()
    rows = {"agreement_edit": agreed.id, "agreement_remove": agreed.id, "fact_edit": staff.id, "fact_remove": staff.id}
    rows["post_role_edit"] = role.id
    made = _took(scene, "organization", firm, way, owner_remove=held.id, holder=role.id, **rows)
    made.lacks = ("organizations.prime", "organizations.post") if way.team else ("organizations.client",)


def _person(scene: Scene, way: Way) -> None:
    word, organization = word_of("person", way.name), scene.firms[way.name]
    who = person(word, "Limin", city=f"{word}town", country="CN", read_first=f"{word} reads")
    job = affiliation(who, organization, title=f"{word} engineer", official=OfficialKind.state_owned)
    known = relation(who, scene.people.get("shared", who) if scene.people else person("Other", "Friend"))
    reachable(who, email=f"{word.lower()}@example.org", phone="+86 139 1234 5678")
    db.session.add(Cadence(record_id=who.id, counts_from=DAY))
    scene.people[way.name] = who
    term = holder(post_role(scene.firms["shared"], "Consul"), who)
    rows = {"holder_edit": term.id, "holder_remove": term.id}
    _took(scene, "person", who, way, job_edit=job.id, relation_remove=known.id, **rows)


def _project(scene: Scene, way: Way) -> None:
    if way.team and not way.confidential:
        return
    word = word_of("project", way.name)
    row: Project = add_project(SYSTEM, {"name": f"{word} City", "country": "CN", "description": f"{word} is built"})
    party = save_party(row, {"organization_id": scene.host.id, "role": next(iter(ProjectRole))})
    db.session.add(
        LeadChange(
            project_id=row.id,
            at=clock.now(),
            old=LeadStage.lead_heard,
            new=list(LeadStage)[1],
            why=f"{word} moved",
            skipped=[],
        )
    )
    set_evidence(SYSTEM, row, next(iter(LeadTest)).value, EvidenceState.met, f"{word} said", "")
    codes = {"settle": next(iter(LeadTest)).value}
    _took(scene, "project", row, way, party_edit=party.id, party_remove=party.id, **codes)
    _need(scene, way, project_id=row.id)


def _need(scene: Scene, way: Way, **host: int) -> None:
    word = word_of("need", way.name)
    row: Need = save_need(SYSTEM, {"title": f"{word} pumps", "description": f"{word} wanted", **host})
    _took(scene, "need", row, way)


def _of_client(scene: Scene, way: Way) -> None:
    organization = scene.firms[way.name]
    made = cleared_product(organization, name=f"{word_of('product', way.name)} meter")
    _took(scene, "product", made, way)
    rep = representation(
        organization,
        scene.people.get(way.name) or scene.firms["shared"],
        territory=f"{word_of('representation', way.name)} east",
    )
    _took(scene, "representation", rep, way)
    _case(scene, way, made.id)
    if not way.hold:
        _contact(scene, way)
        _step(scene, way)
    if not way.confidential and not way.hold:
        _need(scene, way, organization_id=organization.id)


def _case(scene: Scene, way: Way, product_id: int) -> None:
    word = word_of("opportunity", way.name)
    stage = OpportunityStage.export_hold if way.hold else OpportunityStage.matched
    row = make_opportunity(
        scene.firms[way.name],
        f"{word} case",
        stage=stage,
        product_id=product_id,
        license_gate=LicenseGate.to_determine if way.hold else LicenseGate.not_needed,
        amount=4711,
        currency="USD",
    )
    change = db.session.scalars(sa.select(OpportunityChange).where(OpportunityChange.opportunity_id == row.id)).all()[
        -1
    ]
    set_evidence(SYSTEM, row, next(iter(ExitTest)).value, EvidenceState.met, f"{word} said", "")
    _took(scene, "opportunity", row, way, undo=change.id, test=next(iter(ExitTest)).value)


def _contact(scene: Scene, way: Way) -> None:
    """A planned contact with the client's person and a shared one, which everybody sees as a fact."""
    word = word_of("interaction", way.name)
    told = InteractionDetails(
        parties=[PartyValues(person_id=scene.people[way.name].id), PartyValues(person_id=scene.people["shared"].id)],
        clients=[ForClient(scene.firms[way.name].id, contact=30)],
        about=[scene.of("opportunity", way.name).id],
    )
    local = {
        "zone": "America/Los_Angeles",
        "notes": f"{word} said so",
        "subject": f"{word} talk",
        "place": f"{word} room",
    }
    values = local | {"wall": datetime(2026, 12, 7, 9), "minutes": 30, "team_id": team_id_of(way.team)}
    # Told by the system, for not every counselor sees all of it; `_stand` makes it the counselor's.
    if way.name == "inland_dora":
        values |= {"state": InteractionState.planned, "wall": datetime(2026, 12, 8, 11)}
    row = log_interaction(SYSTEM, values, told)
    _took(scene, "interaction", row, way)


def _step(scene: Scene, way: Way) -> None:
    word = word_of("followup", way.name)
    about = [scene.people[way.name].id, scene.people["shared"].id, scene.of("opportunity", way.name).id]
    row = add_follow_up(
        SYSTEM,
        {
            "title": f"{word} call",
            "note": f"{word} note",
            "due_on": DAY,
            "counselor_id": scene.users[way.counselor].id,
            "zone": "America/Los_Angeles",
        },
        about=about,
    )
    _took(scene, "followup", row, way)


def _shows(scene: Scene) -> None:
    for name in ("shared", "shared_gone"):
        way, word = WAYS[name], word_of("show", name)
        values = {
            "name": f"{word} Fair",
            "city": "Suzhou",
            "zone": "Asia/Shanghai",
            "starts_on": DAY,
            "ends_on": date(2026, 12, 11),
        }
        show: Show = save_show(SYSTEM, values)
        going = save_going(show, {"record_id": scene.firms["shared"].id})
        save_going(show, {"record_id": scene.firms["secret_bay"].id})
        _took(scene, "show", show, way, going_edit=going.id, going_remove=going.id)
        if name == "shared":
            scene.show = show
            _meetings(scene, show)


def _meetings(scene: Scene, show: Show) -> None:
    for hour, name in enumerate(("inland", "bay"), 9):
        word, way = word_of("meeting", name), WAYS[name]
        values = {
            "day": DAY,
            "time": time(hour),
            "minutes": 30,
            "table": f"T{hour}",
            "note": f"{word} note",
            "client_id": scene.firms[name].id,
            "host_id": scene.firms["shared"].id,
            "people": [scene.people[name].id],
            "staff": [scene.users[way.counselor].id],
        }
        row: ShowMeeting = save_meeting(SYSTEM, show, values)
        scene.add("meeting", row, word, way)
