"""Generates products, China reps, projects, needs and opportunities."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

from crm.opportunities.policy import (
    Certainty,
    LicenseGate,
    OpportunityStage,
    SalesPath,
    WaitingFor,
    is_open,
    path_stages,
)
from crm.organizations.policy import OrganizationRole
from crm.people.policy import Exclusivity, RepresentationKind, RepresentationStatus
from crm.products.policy import ClassificationSource, Jurisdiction
from crm.projects.policy import LeadStage, NeedKind, NeedState, ProjectPhase, ProjectRole, SourceKind

from . import leads, opportunities
from .people import PeopleGenerator
from .places import ABROAD, CHINA, TAIWAN, SamplePlace
from .sectors import TRADES
from .specs import Matter, OrganizationRef, PersonRef, ProductRef

WORKS = (
    ("water plant", "自来水厂", "water"),
    ("smart city, phase II", "智慧城市二期", "smart_city"),
    ("ring road noise walls", "环城高速声屏障", "air"),
    ("data center park", "数据中心园区", "clean_energy"),
    ("sponge city district", "海绵城市片区", "water"),
    ("port automation", "港口自动化", "logistics"),
    ("new hospital", "新医院", "medical"),
    ("cold chain hub", "冷链中心", "food"),
    ("solar park", "光伏电站", "clean_energy"),
    ("metro line 4 tunnel", "地铁四号线隧道", "construction"),
    ("air monitoring network", "空气监测网", "air"),
    ("food safety laboratory", "食品安全实验室", "medical"),
    ("waste water upgrade", "污水提标改造", "water"),
    ("green office towers", "绿色写字楼", "construction"),
)
CORRIDORS = ("Digital Silk Road", "China-Central Asia", "21st Century Maritime Silk Road", "Yangtze delta", None)
QUANTITIES = ("120", "240", "18,000", "1", "60 sets", "2,500 m", "12 t", "one site")
STAGES = (
    (OpportunityStage.matched, 16),
    (OpportunityStage.export_cleared, 10),
    (OpportunityStage.introduced, 14),
    (OpportunityStage.qualifying, 9),
    (OpportunityStage.quoted, 11),
    (OpportunityStage.evaluating, 9),
    (OpportunityStage.negotiating, 7),
    (OpportunityStage.contracted, 4),
    (OpportunityStage.delivering, 4),
    (OpportunityStage.impact_reported, 3),
    (OpportunityStage.lost, 6),
    (OpportunityStage.no_bid, 2),
    (OpportunityStage.withdrawn, 2),
    (OpportunityStage.dormant, 2),
    (OpportunityStage.export_hold, 1),
)
ENDED_WHY = (
    "Price 20% too high",
    "Owner requires local content",
    "Postponed to next year",
    "没有预算",
    "No reply since spring",
)


class Market:
    """Generates products, needs and opportunities."""

    def __init__(self, generator: PeopleGenerator) -> None:
        self.generator, self.office, self.rng = generator, generator.office, generator.rng
        self.by_id = {i: name for name, i in self.office.users.items()}
        owners = (OrganizationRole.project_owner, OrganizationRole.government, OrganizationRole.end_user)
        self.primes, self.buyers = self._hosts(OrganizationRole.prime), self._hosts(OrganizationRole.distributor)
        self.owners = self._hosts(*owners)
        self.reps = [f for f in generator.world.hosts if OrganizationRole.representative in f.roles and f.people]
        self.clients = [f for f in generator.world.clients if not f.confidential]

    def _hosts(self, *roles: OrganizationRole) -> dict[str, list[OrganizationRef]]:
        """Return hosts with one of these roles by sector; all of them for a sector without any."""
        hosts = [organization for organization in self.generator.world.hosts if organization.roles & set(roles)]
        sectors = self.generator.world.sectors
        return {
            code: [organization for organization in hosts if sectors.get(organization.id) == code] or hosts
            for code in TRADES
        }

    def products(self, count: int) -> None:
        """Create so many products, first one for each client."""
        for position in range(count):
            bare = self.clients[position] if position < len(self.clients) else self.rng.choice(self.clients)
            self.product(bare)
            self.office.sheets.insert_if_many()

    def product(self, client: OrganizationRef) -> ProductRef:
        """Create a product of a client; for half of them the export classification is known."""
        rng = self.rng
        sector = self.generator.world.sectors.get(client.id, "water")
        item = rng.choice(TRADES[sector].wares)
        classified = rng.random() < 0.62
        made_at = client.made_at + timedelta(days=rng.randint(1, 40))
        return opportunities.offer(
            self.office,
            client,
            opportunities.OfferFacts(
                name=item.name,
                sector=sector,
                made_at=min(made_at, self.office.now),
                by=self.by_id[client.counselor_id or 0],
                native=item.native if rng.random() < 0.7 else None,
                kind=item.kind,
                hs6=item.hs6,
                certificates=rng.choice((None, "CE", "CE, UL", "NSF 61", "HACCP", "ISO 9001")),
                capacity=rng.choice((None, "500 a month", "2,000 a month", "two lines")),
                jurisdiction=Jurisdiction.ear if classified else Jurisdiction.unknown,
                eccn=item.eccn if classified else None,
                said_by=rng.choice(tuple(ClassificationSource)) if classified else None,
                said_on=made_at.date() if classified else None,
                ip_note=rng.choice((None, "Trademark filed in China", "US patent only", "No trademark in China yet")),
            ),
        )

    def representations(self, count: int) -> None:
        """Let rep firms and their people represent clients."""
        rng = self.rng
        for client in rng.sample(self.clients, min(count, len(self.clients))):
            organization = rng.choice(self.reps)
            made_at = max(client.made_at, self.generator.past())
            by_agreement = rng.random() < 0.6
            opportunities.represent(
                self.office,
                client,
                opportunities.RepresentationSpec(
                    made_at=made_at,
                    by=self.by_id[client.counselor_id or 0],
                    person=rng.choice(organization.people),
                    organization=organization,
                    kind=rng.choice(
                        (RepresentationKind.agent, RepresentationKind.firm, RepresentationKind.distributor)
                    ),
                    territory=rng.choice(("East China", "Zhejiang", "Jiangsu", "Guangdong", "All of China")),
                    exclusive=rng.choice(tuple(Exclusivity)),
                    from_on=made_at.date() if by_agreement else None,
                    to_on=made_at.date() + timedelta(days=730) if by_agreement else None,
                    status=rng.choices(tuple(RepresentationStatus), (1, 7, 1, 1))[0],
                    may_quote=rng.random() < 0.3,
                    products=tuple(client.products[:1]),
                ),
            )
            self.office.sheets.insert_if_many()

    def projects(self, count: int) -> None:
        """Create so many projects."""
        used: dict[str, int] = {}
        for _ in range(count):
            place = self.rng.choices((CHINA, TAIWAN, ABROAD), (70, 6, 24))[0]
            self._project(self.rng.choice(place), used)
            self.office.sheets.insert_if_many()

    def _project(self, place: SamplePlace, used: dict[str, int]) -> None:
        rng = self.rng
        work, native_work, sector = rng.choice(WORKS)
        name, native = f"{place.city} {work}", f"{place.native}{native_work}" if place.native else None
        used[name] = used.get(name, 0) + 1
        if used[name] > 1:
            name, native = f"{name}, lot {used[name]}", f"{native}第{used[name]}标段" if native else None
        stage = rng.choices(tuple(LeadStage), (3, 3, 2, 4))[0]
        made_at = self.generator.past()
        since = made_at + (self.office.now - made_at) * rng.random() if stage.order > 1 else made_at
        tender = stage.order > 1 and rng.random() < 0.5
        bid_day = self.office.today + timedelta(days=rng.randint(-40, 120))
        post = rng.choice(self.generator.world.posts)
        self.generator.world.leads.append(
            leads.project(
                self.office,
                leads.ProjectFacts(
                    name=name,
                    native=native,
                    place=place,
                    made_at=made_at,
                    by=rng.choice(self._all_people()),
                    corridor=rng.choice(CORRIDORS),
                    phase=rng.choice(tuple(ProjectPhase)) if stage.order > 1 else None,
                    value=rng.randint(4, 180) * 1_000_000 if rng.random() < 0.7 else None,
                    currency=rng.choice(("USD", "CNY")) if place.country == "CN" else "USD",
                    funding=rng.choice(("Municipal budget", "Policy bank loan", "Not known yet"))
                    if stage.order > 1
                    else None,
                    stage=stage,
                    stage_since=since,
                    bid=datetime.combine(bid_day, time(17)) if tender else None,
                    source_kind=SourceKind.post,
                    source=post,
                    source_note=f"From {post.people[0].label}" if post.people else None,
                    heard_on=made_at.date() - timedelta(days=rng.randint(0, 5)),
                    sectors=(sector,),
                    parties=self._parties(stage, sector),
                    screened=stage.order > 3,
                ),
            )
        )

    def _all_people(self) -> list[str]:
        return [name for names in self.generator.world.counselors.values() for name in names]

    def _parties(
        self, stage: LeadStage, sector: str
    ) -> tuple[tuple[OrganizationRef, ProjectRole, PersonRef | None], ...]:
        rng = self.rng
        parties: list[tuple[OrganizationRef, ProjectRole, PersonRef | None]] = []
        if stage.order > 1:
            parties.append((rng.choice(self.owners[sector]), ProjectRole.owner, None))
        if stage.order > 2:
            prime = rng.choice(self.primes[sector])
            parties.append((prime, ProjectRole.prime, prime.people[0] if prime.people else None))
            if rng.random() < 0.4:
                parties.append((rng.choice(self.primes[sector]), ProjectRole.consortium_member, None))
        return tuple(parties)

    def needs(self, count: int) -> None:
        """Create so many needs, most of them of projects."""
        rng = self.rng
        ready = [lead for lead in self.generator.world.leads if lead.team_id is None]
        for _ in range(count):
            lead = rng.choice(ready) if rng.random() < 0.8 else None
            sector = rng.choice(lead.sectors if lead else tuple(TRADES))
            item = rng.choice(TRADES[sector].wares)
            host = lead.prime if lead else rng.choice(self.primes[sector])
            organization = host if rng.random() < 0.6 or lead is None else None
            made_at = self.generator.past()
            leads.need(
                self.office,
                leads.NeedFacts(
                    title=item.name,
                    native=item.native,
                    made_at=made_at,
                    by=rng.choice(self._all_people()),
                    what=NeedKind.from_code(item.kind.value),
                    quantity=rng.choice(QUANTITIES),
                    hs6=item.hs6,
                    spec=rng.choice(("National standard; test report in Chinese", "As drawn; 24-month warranty", None)),
                    certificate=rng.choice((None, "CPA pattern approval", "CCC", "ISO 17025")),
                    needed_by=self.office.today + timedelta(days=rng.randint(20, 500)),
                    state=rng.choices(tuple(NeedState), (7, 2, 1, 1))[0],
                ),
                lead,
                organization,
            )
            self.office.sheets.insert_if_many()

    def cases(self, count: int) -> None:
        """Create so many opportunities in all stages of both sales paths."""
        ready = [client for client in self.clients if client.products]
        visible_leads = [lead for lead in self.generator.world.leads if lead.team_id is None]
        fitting = {code: [lead for lead in visible_leads if code in lead.sectors] for code in TRADES}
        stages, weights = zip(*STAGES, strict=True)
        for _ in range(count):
            self._case(self.rng.choice(ready), self.rng.choices(stages, weights)[0], fitting)
            self.office.sheets.insert_if_many()

    def _case(
        self, client: OrganizationRef, stage: OpportunityStage, fitting: dict[str, list[leads.ProjectRef]]
    ) -> None:
        rng = self.rng
        product = rng.choice([p for p in client.products if p.cleared] or client.products)
        lead = rng.choice(fitting[product.sector]) if fitting[product.sector] and rng.random() < 0.7 else None
        path = SalesPath.project if lead else SalesPath.direct_sale
        if stage is OpportunityStage.qualifying and path is SalesPath.direct_sale:
            stage = OpportunityStage.introduced
        if not product.cleared and (stage is OpportunityStage.export_cleared or stage.needs_export_review):
            stage = OpportunityStage.introduced
        buyer = (lead.prime if lead else None) or rng.choice((self.primes if lead else self.buyers)[product.sector])
        amount = Decimal(int(rng.lognormvariate(12.2, 0.9)) // 1000 * 1000) if rng.random() < 0.9 else None
        day = self.office.today + timedelta(days=rng.randint(-15, 300))
        quarter = rng.random() < 0.3
        requested = (
            stage.order < OpportunityStage.export_cleared.order
            or stage is OpportunityStage.introduced
            or stage is OpportunityStage.qualifying
        )
        steps = self._steps(stage, path)
        case_id = opportunities.add_opportunity(
            self.office,
            opportunities.OpportunitySpec(
                client=client,
                steps=steps,
                by=self.by_id[client.counselor_id or 0],
                title=None if lead is None else f"{product.label.split(',')[0]}, {lead.label}"[:200],
                path=path,
                project=(lead.id, lead.label, lead.native) if lead else None,
                buyer=buyer,
                product=product,
                buyer_contact=buyer.people[0] if buyer.people else None,
                need_id=rng.choice(lead.needs) if lead and lead.needs else None,
                amount=amount,
                currency=rng.choices(("USD", "CNY"), (8, 2))[0],
                certainty=rng.choice((None, None, None, *Certainty)),
                close_on=None if quarter else day,
                close_quarter=f"{day.year}Q{(day.month - 1) // 3 + 1}" if quarter else None,
                waiting_for=rng.choice(tuple(WaitingFor)[:4]),
                gate=LicenseGate.to_determine if requested and rng.random() < 0.6 else LicenseGate.not_needed,
                lost_reason_id=rng.choice(self.office.lost_reasons) if stage is OpportunityStage.lost else None,
                wakes_on=self.office.today + timedelta(days=rng.randint(20, 120))
                if stage is OpportunityStage.dormant
                else None,
                evidence=opportunities.evidence_of(stage),
                slipped_from=day - timedelta(days=40) if not quarter and rng.random() < 0.15 else None,
            ),
        )
        client.cases.append(Matter(case_id, steps[0][1], is_open(stage)))

    def _steps(self, stage: OpportunityStage, path: SalesPath) -> list[tuple[OpportunityStage, datetime, str | None]]:
        """Return the stage changes of an opportunity up to its stage, in order of time, none in the future."""
        rng = self.rng
        ordered = [one for one in path_stages(path) if one.order <= (stage.order or rng.randint(5, 9))]
        stages = [one for one in ordered if one is OpportunityStage.matched or one is stage or rng.random() < 0.8]
        stages += [stage] if stage.is_end else []
        last = self.office.now - timedelta(days=rng.expovariate(1 / 18) + 0.3)
        moments = [last]
        for _ in stages[1:]:
            moments.append(moments[-1] - timedelta(days=rng.uniform(3, 34), minutes=rng.randint(0, 400)))
        why = rng.choice(ENDED_WHY) if stage.is_end else None
        return [
            (one, moment, why if one is stage else None) for one, moment in zip(stages, reversed(moments), strict=True)
        ]
