"""Names of holidays that the library of holidays has in English only, for readers of other languages."""

from __future__ import annotations

from crm.core.words import _l

NAMES = (
    # United States
    _l("New Year's Day"),
    _l("Martin Luther King Jr. Day"),
    _l("Washington's Birthday"),
    _l("Memorial Day"),
    _l("Juneteenth National Independence Day"),
    _l("Independence Day"),
    _l("Labor Day"),
    _l("Columbus Day"),
    _l("Veterans Day"),
    _l("Thanksgiving Day"),
    _l("Christmas Day"),
    # China, Hong Kong, Macau and Taiwan
    _l("Chinese New Year (Spring Festival)"),
    _l("Chinese New Year"),
    _l("Chinese New Year's Day"),
    _l("Chinese New Year's Eve"),
    _l("The second day of Chinese New Year"),
    _l("The third day of Chinese New Year"),
    _l("The fourth day of Chinese New Year"),
    _l("Tomb-Sweeping Day"),
    _l("Dragon Boat Festival"),
    _l("Mid-Autumn Festival"),
    _l("The Day following Mid-Autumn Festival"),
    _l("Double Ninth Festival"),
    _l("National Day"),
    _l("National Day of the People's Republic of China"),
    _l("Hong Kong S.A.R. Establishment Day"),
    _l("Macao S.A.R. Establishment Day"),
    _l("The Buddha's Birthday"),
    _l("The first weekday after Christmas Day"),
    _l("Founding Day of the Republic of China"),
    _l("Peace Memorial Day"),
    _l("Children's Day"),
    _l("Confucius' Birthday"),
    _l("Taiwan Restoration and Guningtou Victory Memorial Day"),
    _l("Constitution Day"),
    # Other countries
    _l("Good Friday"),
    _l("Easter Monday"),
    _l("Ascension Day"),
    _l("Eid al-Fitr"),
    _l("Eid al-Adha"),
    _l("Diwali"),
    _l("Vesak Day"),
)
_BY_ENGLISH = {name.text: name for name in NAMES}


def holiday(name: str) -> str:
    """Return the name of a holiday in the reader's language; as it is if it isn't one of NAMES."""
    return str(_BY_ENGLISH.get(name, name))
