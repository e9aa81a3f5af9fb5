"""Values of the SBA counseling form 641 in the words of the NEXUS schema (version of 2025-02-14). Pure."""

from __future__ import annotations

from crm.core.words import LabeledEnum, Lazy, _l
from crm.organizations.policy import BusinessStage, LegalForm


class FormValue(LabeledEnum):
    """A value of the form; `sba` is the wording of the schema."""

    sba: str

    def __init__(self, _code: str, _label: Lazy, sba: str) -> None:
        self.sba = sba


class Race(FormValue):
    """Race as the client states it."""

    asian = "asian", _l("Asian"), "Asian"
    black = "black", _l("Black or African American"), "Black or African American"
    middle_eastern = "middle_eastern", _l("Middle Eastern"), "Middle Eastern"
    native_american = "native_american", _l("Native American or Alaska Native"), "Native American/Alaska Native"
    pacific = "pacific", _l("Native Hawaiian or other Pacific Islander"), "Native Hawaiian/Other Pacific Islander"
    north_african = "north_african", _l("North African"), "North African"
    white = "white", _l("White"), "White"
    not_said = "not_said", _l("Prefers not to say"), "Prefer not to say"


class Ethnicity(FormValue):
    """Ethnicity as the client states it."""

    hispanic = "hispanic", _l("Hispanic or Latino"), "Hispanic or Latino"
    not_hispanic = "not_hispanic", _l("Not Hispanic or Latino"), "Non Hispanic or Latino"
    not_said = "not_said", _l("Prefers not to say"), "Prefer not to say"


class Sex(FormValue):
    """Sex as the client states it."""

    female = "female", _l("Female"), "Female"
    male = "male", _l("Male"), "Male"


class Disability(FormValue):
    """Whether the client has a disability."""

    yes = "yes", _l("Yes"), "Yes"
    no = "no", _l("No"), "No"
    not_said = "not_said", _l("Prefers not to say"), "Prefer not to say"


class MilitaryStatus(FormValue):
    """Military status of the client."""

    active = "active", _l("Active duty"), "Active Duty"
    guard = "guard", _l("Member of the National Guard"), "Member of National Guard"
    reserve = "reserve", _l("Member of the Reserve"), "Member of the Reserve"
    none = "none", _l("No military service"), "No military service"
    disabled_veteran = "disabled_veteran", _l("Service-disabled veteran"), "Service Disabled Veteran"
    spouse = "spouse", _l("Spouse of a military member"), "Spouse of Military Member"
    veteran = "veteran", _l("Veteran"), "Veteran"
    not_said = "not_said", _l("Prefers not to say"), "Prefer not to say"

    @property
    def has_branch(self) -> bool:
        """Whether the form has a branch of service for it."""
        return self not in (MilitaryStatus.none, MilitaryStatus.spouse, MilitaryStatus.not_said)


class BranchOfService(FormValue):
    """Branch of military service."""

    air_force = "air_force", _l("Air Force"), "Air Force"
    army = "army", _l("Army"), "Army"
    coast_guard = "coast_guard", _l("Coast Guard"), "Coast Guard"
    marines = "marines", _l("Marine Corps"), "Marine Corps"
    navy = "navy", _l("Navy"), "Navy"
    space_force = "space_force", _l("Space Force"), "Space Force"


class HeardFrom(FormValue):
    """From where the client heard of the center."""

    business_owner = "business_owner", _l("Business owner"), "Business Owner"
    chamber = "chamber", _l("Chamber of commerce"), "Chamber of Commerce"
    school = "school", _l("Educational institution"), "Educational Institution"
    internet = "internet", _l("Internet"), "Internet"
    lender = "lender", _l("Lender"), "Lender"
    official = "official", _l("Local economic development official"), "Local Economic Development Official"
    press = "press", _l("Magazine or newspaper"), "Magazine/Newspaper"
    sba_district = "sba_district", _l("SBA district office"), "SBA District"
    sbdc = "sbdc", _l("SBDC"), "SBDC"
    score = "score", _l("SCORE"), "SCORE"
    useac = "useac", _l("USEAC"), "USEAC"
    word = "word", _l("Word of mouth"), "Word of Mouth"
    client = "client", _l("Another client"), "Other Client"
    other = "other", _l("Other"), "Other"


LEGAL_ENTITIES = {
    LegalForm.sole_proprietorship: "Sole Proprietor",
    LegalForm.partnership: "Partnership",
    LegalForm.corporation: "Corporation",
    LegalForm.s_corporation: "S-Corporation",
    LegalForm.llc: "LLC",
    LegalForm.other: "Other",
}
IN_BUSINESS = {BusinessStage.pre_venture: "No", BusinessStage.start_up: "Yes", BusinessStage.in_business: "Yes"}
BUSINESS_TYPES = {
    "11": "Agriculture, Forestry, Fishing and Hunting",
    "21": "Mining",
    "22": "Utilities",
    "23": "Construction",
    "31": "Manufacturing",
    "32": "Manufacturing",
    "33": "Manufacturing",
    "42": "Wholesale Trade",
    "44": "Retail Trade",
    "45": "Retail Trade",
    "48": "Transportation and Warehousing",
    "49": "Transportation and Warehousing",
    "51": "Information",
    "52": "Finance and Insurance",
    "53": "Real Estate and Rental and Leasing",
    "54": "Professional, Scientific, and Technical Services",
    "55": "Management of Companies and Enterprises",
    "56": "Administrative and Support",
    "61": "Educational Services",
    "62": "Health Care and Social Assistance",
    "71": "Arts, Entertainment, and Recreation",
    "72": "Accommodation and Food Services",
    "81": "Other Services (except Public Administration)",
    "92": "Public Administration",
}
"""Business types by the first two digits of the NAICS code."""
TOPIC = "International Trade"
