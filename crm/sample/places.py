"""Cities with their names in both scripts, states, counties, zones and telephone numbers that nobody has."""

from __future__ import annotations

from typing import NamedTuple


class SamplePlace(NamedTuple):
    """A city; `dial` is the beginning of fictional phone numbers there."""

    country: str
    city: str
    native: str | None = None
    region: str | None = None
    county: str | None = None
    zone: str = "Asia/Shanghai"
    dial: str = ""
    postal: str = ""


LA = "America/Los_Angeles"
HOME: dict[str, tuple[SamplePlace, ...]] = {
    "Inland": tuple(
        SamplePlace("US", city, None, "California", county, LA, f"+1 {area}", postal)
        for city, county, area, postal in (
            ("Riverside", "Riverside", 951, "92501"),
            ("San Bernardino", "San Bernardino", 909, "92401"),
            ("Ontario", "San Bernardino", 909, "91761"),
            ("Corona", "Riverside", 951, "92879"),
            ("Escondido", "San Diego", 760, "92025"),
            ("Carlsbad", "San Diego", 760, "92008"),
            ("Chula Vista", "San Diego", 619, "91910"),
            ("Temecula", "Riverside", 951, "92590"),
        )
    ),
    "Bay": tuple(
        SamplePlace("US", city, None, "California", county, LA, f"+1 {area}", postal)
        for city, county, area, postal in (
            ("Oakland", "Alameda", 510, "94607"),
            ("Fremont", "Alameda", 510, "94538"),
            ("San Jose", "Santa Clara", 408, "95112"),
            ("Hayward", "Alameda", 510, "94544"),
            ("South San Francisco", "San Mateo", 650, "94080"),
            ("Santa Rosa", "Sonoma", 707, "95401"),
        )
    ),
    "Valley": tuple(
        SamplePlace("US", city, None, "California", county, LA, f"+1 {area}", postal)
        for city, county, area, postal in (
            ("Fresno", "Fresno", 559, "93721"),
            ("Visalia", "Tulare", 559, "93291"),
            ("Modesto", "Stanislaus", 209, "95354"),
            ("Bakersfield", "Kern", 661, "93301"),
            ("Stockton", "San Joaquin", 209, "95202"),
            ("Merced", "Merced", 209, "95340"),
        )
    ),
}
CHINA = tuple(
    SamplePlace("CN", city, native, region, None, "Asia/Shanghai", dial, postal)
    for city, native, region, dial, postal in (
        ("Shanghai", "上海", "Shanghai", "+86 21", "200120"),
        ("Suzhou", "苏州", "Jiangsu", "+86 512", "215028"),
        ("Ningbo", "宁波", "Zhejiang", "+86 574", "315040"),
        ("Hangzhou", "杭州", "Zhejiang", "+86 571", "310016"),
        ("Nanjing", "南京", "Jiangsu", "+86 25", "210019"),
        ("Wuxi", "无锡", "Jiangsu", "+86 510", "214028"),
        ("Hefei", "合肥", "Anhui", "+86 551", "230088"),
        ("Guangzhou", "广州", "Guangdong", "+86 20", "510623"),
        ("Shenzhen", "深圳", "Guangdong", "+86 755", "518000"),
        ("Xiamen", "厦门", "Fujian", "+86 592", "361000"),
        ("Wuhan", "武汉", "Hubei", "+86 27", "430070"),
        ("Changsha", "长沙", "Hunan", "+86 731", "410000"),
        ("Chengdu", "成都", "Sichuan", "+86 28", "610041"),
        ("Chongqing", "重庆", "Chongqing", "+86 23", "400023"),
        ("Qingdao", "青岛", "Shandong", "+86 532", "266000"),
        ("Tianjin", "天津", "Tianjin", "+86 22", "300457"),
        ("Beijing", "北京", "Beijing", "+86 10", "100020"),
        ("Shenyang", "沈阳", "Liaoning", "+86 24", "110000"),
        ("Xi'an", "西安", "Shaanxi", "+86 29", "710075"),
        ("Urumqi", "乌鲁木齐", "Xinjiang", "+86 991", "830000"),
    )
)
HONG_KONG = (SamplePlace("HK", "Hong Kong", "香港", None, None, "Asia/Hong_Kong", "+852"),)
TAIWAN = (
    SamplePlace("TW", "Kaohsiung", "高雄", None, None, "Asia/Taipei", "+886 7", "806"),
    SamplePlace("TW", "Taipei", "台北", None, None, "Asia/Taipei", "+886 2", "110"),
)
ABROAD = (
    SamplePlace("KZ", "Almaty", None, None, None, "Asia/Almaty", "+7 727", "050000"),
    SamplePlace("KZ", "Astana", None, None, None, "Asia/Almaty", "+7 7172", "010000"),
    SamplePlace("ID", "Jakarta", None, None, None, "Asia/Jakarta", "+62 21", "12190"),
    SamplePlace("ID", "Bandung", None, None, None, "Asia/Jakarta", "+62 22", "40111"),
    SamplePlace("MY", "Kuala Lumpur", None, None, None, "Asia/Kuala_Lumpur", "+60 3", "50480"),
    SamplePlace("SG", "Singapore", "新加坡", None, None, "Asia/Singapore", "+65", "018956"),
    SamplePlace("VN", "Ho Chi Minh City", None, None, None, "Asia/Ho_Chi_Minh", "+84 28", "700000"),
    SamplePlace("TH", "Bangkok", None, None, None, "Asia/Bangkok", "+66 2", "10330"),
    SamplePlace("LA", "Vientiane", None, None, None, "Asia/Vientiane", "+856 21", "01000"),
    SamplePlace("PK", "Karachi", None, None, None, "Asia/Karachi", "+92 21", "75600"),
    SamplePlace("AE", "Dubai", None, None, None, "Asia/Dubai", "+971 4", ""),
    SamplePlace("KE", "Nairobi", None, None, None, "Africa/Nairobi", "+254 20", "00100"),
)
ALL = (*(place for places in HOME.values() for place in places), *CHINA, *HONG_KONG, *TAIWAN, *ABROAD)
BY_CITY = {place.city: place for place in ALL}


def find_place(city: str) -> SamplePlace:
    """Return the place of a city. Raises KeyError for one that isn't in the list."""
    return BY_CITY[city]
