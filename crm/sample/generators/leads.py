"""Generates projects and needs."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import NamedTuple

from crm.projects.policy import LeadStage, NeedKind, NeedState, ProjectPhase, ProjectRole, SourceKind
from crm.sample.places import ABROAD, CHINA, TAIWAN, SamplePlace
from crm.sample.rows import leads, needs
from crm.sample.rows.specs import OrganizationRef, PersonRef
from crm.sample.sectors import TRADES, SampleProduct

from .market import Market

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
Quantity = tuple[int | None, str | None, str | None]


class NeedTerms(NamedTuple):
    """What buyers of a type of product ask for: quantities, specifications and certificates."""

    quantities: tuple[Quantity, ...]
    specs: tuple[str | None, ...]
    certificates: tuple[str | None, ...]


GOODS_SPECS = ("National standard; test report in Chinese", "As drawn; 24-month warranty", None)
WORK_SPECS = ("Reports in Chinese and English", "Training on site included", None)
TERMS = {
    NeedKind.product: NeedTerms(
        ((12, "sets", None), (60, "sets", None), (120, "pcs", None), (240, "pcs", None)),
        GOODS_SPECS,
        (None, "CE", "CCC", "ISO 9001"),
    ),
    NeedKind.material: NeedTerms(
        ((12, "t", None), (40, "t", None), (2500, "kg", None)), GOODS_SPECS, (None, "ISO 9001")
    ),
    NeedKind.technology: NeedTerms(((None, None, "one site"), (3, "sites", None)), WORK_SPECS, (None,)),
    NeedKind.service: NeedTerms(((None, None, "one site"), (20, "days", None)), WORK_SPECS, (None,)),
}
FOOD = NeedTerms(
    ((20, "t", None), (48, "t", None), (2, "containers", None)), ("Labels in Chinese", None), (None, "HACCP", "GACC")
)


def terms_of(item: SampleProduct) -> NeedTerms:
    """Return what buyers of a product ask for; the first chapters of the HS are food."""
    is_food = item.hs6 is not None and item.hs6 < "25"
    return FOOD if is_food else TERMS[NeedKind.from_code(item.kind.value)]


class LeadGenerator:
    """Generates projects with their parties, and needs."""

    def __init__(self, market: Market) -> None:
        self.market, self.generator = market, market.generator
        self.writer, self.rng = market.writer, market.rng

    def add_projects(self, count: int) -> None:
        """Create so many projects."""
        used: dict[str, int] = {}
        for _ in range(count):
            place = self.rng.choices((CHINA, TAIWAN, ABROAD), (70, 6, 24))[0]
            self._add_project(self.rng.choice(place), used)
            self.writer.inserter.insert_if_many()

    def _add_project(self, place: SamplePlace, used: dict[str, int]) -> None:
        rng = self.rng
        work, native_work, sector = rng.choice(WORKS)
        name, native = f"{place.city} {work}", f"{place.native}{native_work}" if place.native else None
        used[name] = used.get(name, 0) + 1
        if used[name] > 1:
            name, native = f"{name}, lot {used[name]}", f"{native}第{used[name]}标段" if native else None
        stage = rng.choices(tuple(LeadStage), (3, 3, 2, 4))[0]
        made_at = self.generator.past()
        since = made_at + (self.writer.now - made_at) * rng.random() if stage.order > 1 else made_at
        tender = stage.order > 1 and rng.random() < 0.5
        bid_day = self.writer.today + timedelta(days=rng.randint(-40, 120))
        post = rng.choice(self.generator.generated.posts)
        self.generator.generated.leads.append(
            leads.add_project(
                self.writer,
                leads.ProjectSpec(
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
        return [name for names in self.generator.generated.counselors.values() for name in names]

    def _parties(
        self, stage: LeadStage, sector: str
    ) -> tuple[tuple[OrganizationRef, ProjectRole, PersonRef | None], ...]:
        rng = self.rng
        parties: list[tuple[OrganizationRef, ProjectRole, PersonRef | None]] = []
        if stage.order > 1:
            parties.append((rng.choice(self.market.owners[sector]), ProjectRole.owner, None))
        if stage.order > 2:
            prime = rng.choice(self.market.primes[sector])
            parties.append((prime, ProjectRole.prime, prime.people[0] if prime.people else None))
            if rng.random() < 0.4:
                parties.append((rng.choice(self.market.primes[sector]), ProjectRole.consortium_member, None))
        return tuple(parties)

    def add_needs(self, count: int) -> None:
        """Create so many needs, most of them of projects."""
        rng = self.rng
        ready = [lead for lead in self.generator.generated.leads if lead.team_id is None]
        for _ in range(count):
            lead = rng.choice(ready) if rng.random() < 0.8 else None
            sector = rng.choice(lead.sectors if lead else tuple(TRADES))
            item = rng.choice(TRADES[sector].wares)
            terms = terms_of(item)
            host = lead.prime if lead else rng.choice(self.market.primes[sector])
            organization = host if rng.random() < 0.6 or lead is None else None
            made_at = self.generator.past()
            needs.add_need(
                self.writer,
                needs.NeedSpec(
                    title=item.name,
                    native=item.native,
                    made_at=made_at,
                    by=rng.choice(self._all_people()),
                    type=NeedKind.from_code(item.kind.value),
                    quantity=rng.choice(terms.quantities),
                    hs6=item.hs6,
                    spec=rng.choice(terms.specs),
                    certificates=rng.choice(terms.certificates),
                    needed_by=self.writer.today + timedelta(days=rng.randint(20, 500)),
                    state=rng.choices(tuple(NeedState), (7, 2, 1, 1))[0],
                ),
                lead,
                organization,
            )
            self.writer.inserter.insert_if_many()
