"""The texts of the Help page."""

from __future__ import annotations

from typing import NamedTuple

from crm.core.words import Lazy, _l


class HelpSection(NamedTuple):
    """A section of Help: its anchor, its title and its terms with their explanations."""

    anchor: str
    title: Lazy
    entries: tuple[tuple[Lazy, Lazy], ...]


TERMS = HelpSection(
    "terms",
    _l("Terms"),
    (
        (_l("Person"), _l("An individual, with names in both scripts and positions at organizations.")),
        (_l("Organization"), _l("A client, prime contractor, U.S. post, buyer, agency or any other company.")),
        (_l("China rep"), _l("The person or company that represents a client in China.")),
        (_l("Interaction"), _l("A call, meeting, email, visit or WeChat talk, planned or done.")),
        (
            _l("Follow-up"),
            _l("Something to do by a date. “We owe” is yours to do, “They owe” is theirs, an “Idea” is optional."),
        ),
        (_l("Project"), _l("A foreign project that may need suppliers. Its lead stage says how far along it is.")),
        (_l("Need"), _l("What a prime contractor or buyer is looking for.")),
        (_l("Product"), _l("What a client sells.")),
        (_l("Opportunity"), _l("A client's chance at one buyer or prime. The pipeline shows all of them by stage.")),
        (_l("Show"), _l("A trade show, mission, summit or webinar, with its meetings and a day sheet.")),
        (_l("Counselor"), _l("The user who is responsible for a record and gets its reminders.")),
        (_l("Going quiet"), _l("No interaction for longer than planned under “Keep in touch”.")),
    ),
)
TASKS = HelpSection(
    "tasks",
    _l("How to"),
    (
        (
            _l("Log an interaction"),
            _l(
                "Choose Log at the top, or press l. Write one sentence in English or Chinese, then confirm the preview."
            ),
        ),
        (
            _l("Find anything"),
            _l("Press Ctrl K. Enter a name in Chinese, pinyin or initials, or the last four digits of a phone."),
        ),
        (
            _l("Add a record"),
            _l("Choose New at the top; on a phone, the plus sign at the bottom."),
        ),
        (
            _l("Enter a lead"),
            _l(
                "Choose New, then Project: one form for source, prime, parties and needs. Or paste a consulate's email."
            ),
        ),
        (
            _l("Import people"),
            _l("Choose Imports. You see every row before it is saved, and can undo the import for 30 days."),
        ),
        (_l("Run a command"), _l("Press Ctrl K and type > with words or initials: > nf opens a new follow-up.")),
        (
            _l("Restore a value"),
            _l("Open History in the menu of a record, then choose Restore beside the former value."),
        ),
        (_l("Undo"), _l("Choose Undo in the message after saving, press z, or open Recent changes in the user menu.")),
        (_l("Save a view"), _l("Filter a list, then choose Save view. The view stays in the navigation.")),
    ),
)
REMINDERS = HelpSection(
    "reminders",
    _l("How reminders work"),
    (
        (
            _l("Daily digest"),
            _l("One email each working day, at the time in your profile, unless nothing is due."),
        ),
        (
            _l("Separate emails"),
            _l("Follow-ups with a time are emailed at that time, meetings the day before and again shortly before."),
        ),
        (
            _l("Weekends and holidays"),
            _l("Items due on a day off are in the last digest before it. Holidays follow your country."),
        ),
        (
            _l("Done, Later, No answer"),
            _l("Links in emails open a page to confirm. Done stops reminders; Later and No answer move the date."),
        ),
        (_l("Both clocks"), _l("Times show your clock first, then theirs: 5:00 PM = Wed 9:00 AM Shanghai.")),
        (_l("No email?"), _l("Open a follow-up and choose “Why did or didn't this send?”.")),
    ),
)
ACCESS = HelpSection(
    "access",
    _l("Who sees what"),
    (
        (
            _l("Your team"),
            _l("Clients and their people, interactions, follow-ups and opportunities are visible to their team only."),
        ),
        (
            _l("Shared"),
            _l("U.S. posts, primes, projects, shows and officials are visible to all teams."),
        ),
        (
            _l("Shared people"),
            _l("Other teams see that you met a shared person and when, but not what was discussed."),
        ),
        (
            _l("Confidential"),
            _l(
                "Only the counselor, the named readers and the managers of the team see the record. If it is about "
                "confidential records of several teams, managers don't."
            ),
        ),
        (_l("Managers"), _l("See and reassign the records of their team, invite staff and deactivate them.")),
        (_l("Network managers"), _l("See the records of all teams, except confidential ones.")),
        (_l("Administrators"), _l("Manage users, teams and lists. They don't see confidential records.")),
        (_l("China desk"), _l("Work for several teams, without access to sales, ownership or funders.")),
    ),
)
SIGN_IN = HelpSection(
    "sign-in",
    _l("Signing in"),
    (
        (_l("First time"), _l("Open the link in your invitation and choose a password. The link works for 7 days.")),
        (_l("Forgot your password?"), _l("Choose the link on the sign-in page. You get an email with a new link.")),
        (_l("Lost phone"), _l("Use a recovery code, or ask an administrator to reset two-factor authentication.")),
        (_l("No account"), _l("Ask a manager or an administrator of your center to invite you.")),
    ),
)
SECTIONS = (TERMS, TASKS, REMINDERS, ACCESS, SIGN_IN)
