"""Parse sentences with a fake lookup of names."""

from datetime import datetime
from typing import ClassVar

from crm.interactions.sentence import NameMatch, read_sentence

LA, SHANGHAI = "America/Los_Angeles", "Asia/Shanghai"
TUESDAY_EVENING = datetime.fromisoformat("2026-12-08T18:20:00-08:00")


class FakeLookup:
    """Names that the tests know."""

    names_of_people: ClassVar = {
        NameMatch(1, "Li Wei", SHANGHAI): {"li", "li wei"},
        NameMatch(2, "Li Hui", SHANGHAI): {"li", "li hui", "李慧"},
        NameMatch(3, "Zhao Jianguo", SHANGHAI): {"zhao", "zhao jianguo"},
        NameMatch(4, "Zhou Limin", SHANGHAI): {"周立民", "zhou limin", "zhou"},
        NameMatch(5, "Tom Okafor", LA): {"tom", "tom okafor"},
        NameMatch(7, "Li Weimin", SHANGHAI): {"李为民"},
        NameMatch(8, "Li Heping", SHANGHAI): {"李和平"},
        NameMatch(9, "Will Chen", LA): {"will chen", "chen will"},
        NameMatch(6, "Wang Xiaoming", SHANGHAI): {"wang", "王小明", "wang xiaoming"},
    }
    names_of_shows: ClassVar = {
        NameMatch(1, "China International Import Expo"): {"ciie", "进博会"},
        NameMatch(2, "Smart City Fair Suzhou"): {"suzhou fair"},
    }
    names_of_organizations: ClassVar = {
        NameMatch(1, "Tri-Valley Sensors"): {"tri-valley"},
        NameMatch(2, "Bay Cold Chain"): {"bay cold chain"},
        NameMatch(3, "Huayue Municipal"): {"huayue"},
    }

    names_of_users: ClassVar = {
        NameMatch(21, "Boris Keller"): {"boris", "boris keller"},
        NameMatch(22, "Shen Yun"): {"shen yun", "沈云"},
    }
    cities: ClassVar = {"suzhou", "苏州", "ningbo", "宁波", "shanghai", "上海"}

    def people(self, text):
        return [match for match, names in self.names_of_people.items() if text.lower() in names]

    def shows(self, text):
        return [match for match, names in self.names_of_shows.items() if text.lower() in names]

    def organizations(self, text):
        return [match for match, names in self.names_of_organizations.items() if text.lower() in names]

    def full_names(self, texts):
        names = {
            name
            for spellings in self.names_of_people.values()
            for name in spellings
            if " " in name or not name.isascii()
        }
        return {text for text in texts if text.lower() in names}

    def find_colleague(self, text):
        return next((match for match, names in self.names_of_users.items() if text.lower() in names), None)

    def is_city(self, text):
        return text.lower() in self.cities


def read_text(text, *, zone=LA, their_zone=None, now=TUESDAY_EVENING, lookup=None):
    return read_sentence(text, now=now, zone=zone, lookup=lookup or FakeLookup(), their_zone=their_zone)
