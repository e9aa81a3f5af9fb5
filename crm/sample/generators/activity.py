"""Generates a year of interactions and follow-ups between our staff, clients and hosts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm.followups.enums import FollowUpSide, FollowUpState
from crm.interactions.policy import InteractionOutcome, InteractionState, InteractionType, SentKind, SessionType
from crm.sample import talk_texts
from crm.sample.rows import interactions
from crm.sample.rows.specs import FollowUpSpec, InteractionSpec, OrganizationRef, PersonRef
from crm.sample.sectors import TRADES

from .follow_up_titles import FollowUpTitles
from .people import PeopleGenerator
from .weighted_choice import WeightedChoice

HOME_ZONE = "America/Los_Angeles"
SESSIONS = (SessionType.face_to_face, SessionType.online, SessionType.telephone, SessionType.update_only)
FUNDERS = ("SBA", "STEP", "ITA", "LOCAL", None)
STEPS = (15, 30, 45)


class ActivityGenerator:
    """Generates interactions and follow-ups."""

    def __init__(self, generator: PeopleGenerator) -> None:
        self.generator, self.writer, self.rng = generator, generator.writer, generator.rng
        world = generator.generated
        self.client, self.host = WeightedChoice(generator, world.clients), WeightedChoice(generator, world.hosts)
        open_posts = [post for post in world.posts if "Chengdu" not in post.label]
        self.post = WeightedChoice(generator, open_posts)
        self.by_id = {i: name for name, i in self.writer.users.items()}
        self.yesterday = self.writer.today - timedelta(days=1)
        self.stepped: set[int] = set()
        self.titles = FollowUpTitles()
        self.leads: dict[int, list[int]] = {}
        for lead in world.leads:
            if lead.prime and lead.team_id is None:
                self.leads.setdefault(lead.prime.id, []).append(lead.id)

    def add_interactions(self, count: int) -> None:
        """Create so many interactions: half with clients, the rest with hosts and posts."""
        for _ in range(count):
            chance = self.rng.random()
            if chance < 0.54:
                self._with_client()
            elif chance < 0.94:
                self._with_host()
            else:
                self._with_post()
            self.writer.inserter.insert_if_many()

    def _wall(self, *, ahead: bool) -> datetime:
        """Return a time of day on a weekday, past or future."""
        rng = self.rng
        if ahead:
            day = self.writer.today + timedelta(days=rng.randint(1, 45))
        else:
            # More interactions in recent months: offices grow.
            day = self.yesterday - timedelta(days=int(self.generator.days * rng.random() ** 1.3))
        day -= timedelta(days=max(0, day.weekday() - 4))
        if ahead and day <= self.writer.today:
            day += timedelta(days=7)
        return datetime.combine(day, time(rng.randint(8, 16), rng.choice((0, *STEPS))))

    def _with_client(self) -> None:
        client = self.client()
        talk = self.rng.choice(talk_texts.WITH_CLIENT)
        people = self._choose_people(client)
        minutes = self.rng.choice(talk.minutes)
        session = self.rng.choice(SESSIONS) if talk.type is InteractionType.session else None
        prep = self.rng.choice((0, 0, 10, 15, 30)) if session else 0
        travel = self.rng.choice((30, 45, 60)) if talk.type is InteractionType.visit else 0
        funder = self.rng.choice(FUNDERS) if session or talk.type is InteractionType.visit else None
        self._log(talk, client, people, (client,), (minutes, prep, travel, funder), session)

    def _with_host(self) -> None:
        host, rng = self.host(), self.rng
        client = self.client() if rng.random() < 0.45 else None
        talk = talk_texts.INTRODUCED if client and rng.random() < 0.12 else rng.choice(talk_texts.WITH_HOST)
        people = self._choose_people(host)
        if client and talk.type is InteractionType.introduction:
            people = (*people, client.people[0])
        self._log(talk, host, people, (client,) if client else (), (rng.choice(talk.minutes), 0, 0, None), None)

    def _with_post(self) -> None:
        post = self.post()
        talk = self.rng.choice(talk_texts.WITH_POST)
        self._log(talk, post, self._choose_people(post), (), (self.rng.choice(talk.minutes), 0, 0, None), None)

    def _choose_people(self, organization: OrganizationRef) -> tuple[PersonRef, ...]:
        count = 2 if len(organization.people) > 1 and self.rng.random() < 0.2 else 1
        return tuple(self.rng.sample(organization.people, count))

    def _log(
        self,
        talk: talk_texts.SampleTalk,
        organization: OrganizationRef,
        people: tuple[PersonRef, ...],
        clients: tuple[OrganizationRef, ...],
        minutes: tuple[int, int, int, str | None],
        session: SessionType | None,
    ) -> None:
        rng = self.rng
        state = rng.choices(
            (InteractionState.held, InteractionState.planned, InteractionState.canceled), (965, 17, 18)
        )[0]
        by = self._counselor_for(clients[0] if clients else organization)
        words = {
            "person": people[0].native or people[0].label,
            "product": self._product_name(organization),
            "firm": organization.label,
        }
        if not talk.subject.startswith("微信"):
            words["person"] = people[0].label
        reached = (
            rng.choices(tuple(InteractionOutcome), (80, 6, 6, 8))[0]
            if talk.type in (InteractionType.call, InteractionType.wechat)
            else InteractionOutcome.talked
        )
        if talk.type is InteractionType.email:
            reached = rng.choice((InteractionOutcome.talked, InteractionOutcome.one_way))
        sent = ((SentKind.file, f"Data sheet, {words['product']}"),) if "ata sheet" in talk.subject else ()
        contact, prep, travel, funder = minutes
        wall = self._wall(ahead=state is InteractionState.planned)
        interactions.log(
            self.writer,
            InteractionSpec(
                wall=wall,
                zone=self.zone_of(by),
                by=by,
                type=talk.type,
                state=state,
                reached=reached,
                minutes=contact or None,
                subject=talk.subject.format(**words)[:200],
                notes=talk.notes.format(**words) if talk.notes else None,
                english=talk.english,
                people=people,
                place=organization.place.city
                if talk.type in (InteractionType.visit, InteractionType.meeting)
                else None,
                clients=tuple((client, contact, prep, travel, funder) for client in clients),
                session_type=session,
                sent=sent,
                about=self._choose_opportunity(clients, wall),
            ),
        )

    def _choose_opportunity(self, clients: tuple[OrganizationRef, ...], wall: datetime) -> tuple[int, ...]:
        """Return the opportunity that most talks with a client are about, once it has one."""
        going = [
            opportunity.id
            for client in clients
            for opportunity in client.cases
            if opportunity.since.date() < wall.date()
        ]
        return (self.rng.choice(going),) if going and self.rng.random() < 0.6 else ()

    def _next_step(self, organization: OrganizationRef) -> tuple[int, ...]:
        """Return an opportunity of the organization, or the lead of a prime, that has no next step yet."""
        ids = [opportunity.id for opportunity in organization.cases if opportunity.is_open]
        ids += self.leads.get(organization.id, ())
        waiting = [i for i in ids if i not in self.stepped]
        self.stepped.update(waiting[:1])
        return tuple(waiting[:1])

    def zone_of(self, by: str) -> str:
        """Return the time zone in which a user logs."""
        return "Asia/Shanghai" if by == "shen" else HOME_ZONE

    def _counselor_for(self, organization: OrganizationRef) -> str:
        """Return who talks to them: a client's counselor, any user for a host."""
        if organization.team_id is not None:
            own = self.by_id.get(organization.counselor_id or 0)
            return own if own and self.rng.random() < 0.88 else "shen"
        teams = self.generator.generated.counselors
        team = self.rng.choices(("Inland", "Bay", "Valley"), (5, 3, 2))[0]
        return self.rng.choice(teams[team])

    def _product_name(self, organization: OrganizationRef) -> str:
        if organization.products:
            return self.rng.choice(organization.products).label
        sector = self.generator.generated.sectors.get(organization.id, "water")
        return self.rng.choice(TRADES[sector].wares).name

    def add_follow_ups(self, count: int) -> None:
        """Create so many follow-ups, most of them closed; most open opportunities have a next step."""
        waiting = [x for x in self.client.organizations for opportunity in x.cases if opportunity.is_open]
        stepping = self.rng.sample(waiting, min(count, int(len(waiting) * 0.6)))
        for organization in stepping:
            self._add_follow_up(organization, is_open=True)
        for _ in range(count - len(stepping)):
            organization = self.client() if self.rng.random() < 0.7 else self.host()
            self._add_follow_up(organization, is_open=self.rng.random() < 0.42)
            self.writer.inserter.insert_if_many()

    def _add_follow_up(self, organization: OrganizationRef, *, is_open: bool) -> None:
        rng = self.rng
        person = rng.choice(organization.people)
        number = rng.randrange(len(talk_texts.FOLLOW_UP_TEXTS))
        is_open = is_open and not self.titles.has_all(organization.id)
        counselor = self._counselor_for(organization)
        due, made_at = self._draw_due_date(is_open=is_open)
        # Few are canceled; done ones were done about when they were due.
        state = FollowUpState.open if is_open else rng.choices((FollowUpState.done, FollowUpState.canceled), (9, 1))[0]
        names = {"person": person.label, "product": self._product_name(organization)}
        side, title = self.titles.choose(organization.id, number, is_open=is_open, **names)
        interactions.add_follow_up(
            self.writer,
            FollowUpSpec(
                title=title,
                due=due,
                counselor=counselor,
                made_at=made_at,
                about=(organization, person),
                cases=self._next_step(organization) if is_open else (),
                side=side,
                state=state,
                zone=self.zone_of(counselor),
                promised_by=person if side is FollowUpSide.they else None,
                promised_to=person if side is FollowUpSide.we else None,
                result=rng.choice(talk_texts.RESULTS) if state is FollowUpState.done else None,
                closed_at=min(self.writer.now, made_at + timedelta(days=rng.randint(1, 9))),
                tries=rng.choices((0, 1, 2), (80, 15, 5))[0],
                postponed_count=rng.choices((0, 1, 2, 3), (70, 18, 9, 3))[0],
                mail_alone=rng.random() < 0.04,
            ),
        )

    def _draw_due_date(self, *, is_open: bool) -> tuple[date, datetime]:
        rng, today = self.rng, self.writer.today
        if not is_open:
            day = self.yesterday - timedelta(days=rng.randint(0, self.generator.days - 10))
        elif rng.random() < 0.07:
            day = today - timedelta(days=rng.randint(1, 12))
        else:
            day = today + timedelta(days=rng.randint(1, 60))
        if day.weekday() > 4:
            day += timedelta(days=7 - day.weekday() if day > today else 4 - day.weekday())
        made_at = min(
            self.writer.now - timedelta(days=2),
            datetime.combine(day, time(18, rng.choice((0, *STEPS))), ZoneInfo("UTC"))
            - timedelta(days=rng.randint(3, 20)),
        )
        if is_open and rng.random() < 0.12:
            return datetime.combine(day, time(rng.randint(9, 17))), made_at
        return day, made_at
