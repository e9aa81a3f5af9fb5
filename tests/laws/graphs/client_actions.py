"""Steps that add rows of a client or a project, questions to colleagues, and colleagues who cover for others."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from crm.core.policy import Actor
from crm.funding.models import Assistance, PartnerReferral
from crm.funding.services.assistance import ClientPart, save_part
from crm.impact.models import ImpactSurvey, SurveyPlan
from crm.impact.services import surveys
from crm.impact.services.plans import add_plan
from crm.organizations.policy import RegistrationState
from crm.projects.models import SupplierRegistration, TenderPackage
from crm.projects.services.structure import save_package, save_registration, set_need_package
from crm.projects.structure_policy import PackageState
from crm.referrals.models import Referral
from crm.referrals.services import answer_referral, ask_colleague
from crm.reminders.covers import add_cover
from tests.laws.graphs.create_actions import TODAY
from tests.laws.graphs.database import GraphDatabase, action

Args = dict[str, Any]


@action("registration")
def registration(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> SupplierRegistration:
    """Register a client at a prime contractor."""
    client, prime = world.get(actor, args["client"], "organization:edit"), world.get(actor, args["prime"])
    address = f"https://{'-'.join(world.mark(args[key]).lower() for key in ('client', 'prime'))}.example/portal"
    values = {"client_id": client.id, "prime_id": prime.id, "state": RegistrationState.registered}
    values |= {"portal_url": address, "registered_on": TODAY, "expires_on": TODAY + timedelta(days=20)}
    return save_registration(actor, values)


@action("package")
def package(world: GraphDatabase, actor: Actor, name: str, args: Args) -> TenderPackage:
    """Add a tender package to a project, perhaps with the organization that tenders and a need."""
    project = world.get(actor, args["project"], "project:edit")
    project.zone = "Asia/Shanghai"
    values = {
        "name": f"{world.words([name, args['project']])} civil works"[:200],
        "native_name": None,
        "organization_id": world.id(actor, args["organization"]),
        "state": PackageState.open,
        "bid_wall": datetime(TODAY.year, TODAY.month, TODAY.day, 17) + timedelta(days=2),
    }
    row = save_package(project, values)
    if args["need"]:
        set_need_package(world.get(actor, args["need"], "need:edit"), row.id)
    return row


@action("assistance")
def assistance(world: GraphDatabase, actor: Actor, name: str, args: Args) -> ClientPart:
    """Add money for an export activity of a client, or a referral to a partner."""
    client_id, word = world.get(actor, args["client"]).id, world.words([name, args["client"]])
    if args["referral"]:
        return save_part(actor, PartnerReferral(), {"client_id": client_id, "reason": f"{word} loan", "on": TODAY})
    values = {"client_id": client_id, "description": f"{word} booth", "on": TODAY, "approved": 3000}
    return save_part(actor, Assistance(), values | {"report_due_on": TODAY + timedelta(days=3)})


@action("survey")
def survey(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> ImpactSurvey:
    """Send a survey to a person of a client; the answer perhaps becomes a milestone."""
    client, person = world.get(actor, args["client"], "survey:edit"), world.get(actor, args["person"])
    values = {"client_id": client.id, "person_id": person.id, "opportunity_id": world.id(actor, args["opportunity"])}
    period = {"period_from": TODAY - timedelta(days=180), "period_to": TODAY}
    row = surveys.send_survey(actor, values | period)
    if args["answered"]:
        word = world.words([args["client"], args["person"], args["opportunity"]])
        answer = dict.fromkeys(surveys.ANSWER) | {"answered_by": f"{word} Ortega"[:120], "comment": f"{word} comment"}
        answer |= {"publish": row.publish, "currency": "USD", "jobs": 2}
        surveys.save_answer(row, answer)
    return row


@action("survey_plan")
def survey_plan(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> SurveyPlan:
    """Schedule the surveys of a client."""
    client = world.get(actor, args["client"], "survey:edit")
    word = world.words([args["client"], args["person"], args["opportunity"]])
    values = {"client_id": client.id, "reason": f"{word} award", "starts_on": TODAY - timedelta(days=179)}
    values |= {"person_id": world.id(actor, args["person"]), "opportunity_id": world.id(actor, args["opportunity"])}
    return add_plan(actor, values)


@action("question")
def ask_about_record(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> Referral:
    """Ask a colleague about a record; its words aren't in the question, which both may always read."""
    record = world.get(actor, args["record"])
    row = ask_colleague(actor, world.users[args["to"]].id, "Is this up to date?", record.id)
    if args["answered"]:
        answer_referral(world.actor(args["to"]), row, "Yes, it is.")
    return row


@action("cover")
def cover(world: GraphDatabase, actor: Actor, _name: str, args: Args) -> None:
    """Let a colleague cover for the actor from today on."""
    add_cover(actor, world.users[args["to"]].id, TODAY, TODAY + timedelta(days=5))
