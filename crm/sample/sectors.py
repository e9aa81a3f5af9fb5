"""Company names and products of each sector, in both scripts; HS codes of six digits."""

from __future__ import annotations

from typing import NamedTuple

from crm.products.policy import ProductKind

from .random_words import pairs, words

TECHNOLOGY, PRODUCT, MATERIAL, SERVICE = (
    ProductKind.technology,
    ProductKind.product,
    ProductKind.material,
    ProductKind.service,
)


class SampleProduct(NamedTuple):
    """A product or a need."""

    name: str
    native: str
    hs6: str | None
    kind: ProductKind = PRODUCT
    eccn: str = "EAR99"


class SampleSector(NamedTuple):
    """A sector: words for the names of its companies, and its products."""

    words: tuple[str, ...]
    native_words: tuple[str, ...]
    wares: tuple[SampleProduct, ...]


TRADES: dict[str, SampleSector] = {
    "water": SampleSector(
        ("Water Labs", "Filters", "Flow Meters", "Membranes", "Hydro", "Pumps", "Desalination"),
        ("水务", "水处理", "环境科技", "净水设备"),
        (
            SampleProduct("Ultrasonic water meter, DN15 to DN300", "超声波水表", "902820"),
            SampleProduct("Leak prediction for water mains", "供水管网漏损预测", None, TECHNOLOGY),
            SampleProduct("Ceramic filter cartridge", "陶瓷滤芯", "842199"),
            SampleProduct("Reverse osmosis skid", "反渗透装置", "842121", PRODUCT, "2B999"),
            SampleProduct("Field water test kit", "水质检测箱", "382219"),
            SampleProduct("Level sensor for tidal water", "潮汐水位传感器", "902610"),
            SampleProduct("Activated carbon, coconut shell", "椰壳活性炭", "380210", MATERIAL),
            SampleProduct("Pump station commissioning", "泵站调试服务", None, SERVICE),
        ),
    ),
    "air": SampleSector(
        ("Sensors", "Air Systems", "Instruments", "Noise Control", "Atmospherics", "Monitoring"),
        ("传感", "环境监测", "仪器", "智能科技"),
        (
            SampleProduct("Street air sensor, PM2.5 and NO₂", "街道空气传感器", "902710"),
            SampleProduct("Low-cost particle counter", "颗粒物计数器", "902710"),
            SampleProduct("Calibration bench for gas sensors", "气体传感器校准台", "903180", PRODUCT, "3A999"),
            SampleProduct("Mesh radio for sensors", "传感器无线组网模块", "851762", PRODUCT, "5A002"),
            SampleProduct("Noise barrier panel", "声屏障板", "681099"),
            SampleProduct("Air quality forecast service", "空气质量预报服务", None, SERVICE),
        ),
    ),
    "clean_energy": SampleSector(
        ("Solar", "Grid", "Batteries", "Thermal", "Power Electronics", "Hydrogen"),
        ("新能源", "光伏", "储能", "电力"),
        (
            SampleProduct("String inverter, 60 kW", "组串式逆变器", "850440"),
            SampleProduct("Battery cabinet, 200 kWh", "储能电池柜", "850760"),
            SampleProduct("Grid dispatch software", "电网调度软件", None, TECHNOLOGY, "5D992"),
            SampleProduct("Immersion cooling for data centers", "数据中心浸没式冷却", "841869", PRODUCT, "EAR99"),
            SampleProduct("Silicone sealant for modules", "组件密封胶", "321410", MATERIAL),
            SampleProduct("Wind site assessment", "风电场评估", None, SERVICE),
        ),
    ),
    "food": SampleSector(
        ("Orchards", "Foods", "Cold Chain", "Vineyards", "Nut Company", "Organics"),
        ("食品", "进出口", "冷链", "农产品"),
        (
            SampleProduct("Almonds, shelled", "去壳扁桃仁", "080212"),
            SampleProduct("Table grapes", "鲜食葡萄", "080610"),
            SampleProduct("Pistachios, in shell", "带壳开心果", "080251"),
            SampleProduct("Prune juice concentrate", "西梅浓缩汁", "200989"),
            SampleProduct("Data logger for cold chain", "冷链温度记录仪", "902519"),
            SampleProduct("HACCP consulting", "HACCP 咨询", None, SERVICE),
        ),
    ),
    "medical": SampleSector(
        ("Biosafety", "Medical", "Diagnostics", "Surgical", "Dental", "Biosystems"),
        ("医疗器械", "生物科技", "诊断技术", "医药"),
        (
            SampleProduct("Biosafety cabinet, class II", "二级生物安全柜", "841480", PRODUCT, "2B999"),
            SampleProduct("Point-of-care blood analyzer", "便携式血液分析仪", "902780"),
            SampleProduct("Sterilization pouch", "灭菌包装袋", "392321", MATERIAL),
            SampleProduct("Dental 3D scanner", "口腔三维扫描仪", "903149"),
            SampleProduct("Rapid water-borne pathogen test", "水源病原体快检", "382219"),
            SampleProduct("Clinical training for nurses", "护理培训", None, SERVICE),
        ),
    ),
    "smart_city": SampleSector(
        ("Predictive", "Road Signals", "City Data", "Edge Robotics", "Fleet Data", "Lighting"),
        ("智慧城市", "智能交通", "数字技术", "信息技术"),
        (
            SampleProduct("Adaptive traffic signal controller", "自适应信号机", "853080"),
            SampleProduct("Edge gateway", "边缘网关", "851762", PRODUCT, "5A992"),
            SampleProduct("Street light controller", "路灯控制器", "853710"),
            SampleProduct("Fleet data platform", "车队数据平台", None, TECHNOLOGY, "5D992"),
            SampleProduct("Parking sensor", "泊位传感器", "903180"),
            SampleProduct("Digital twin of a district", "城区数字孪生", None, TECHNOLOGY),
        ),
    ),
    "logistics": SampleSector(
        ("Pallet", "Port Systems", "Drones", "Freight", "Marine", "Packaging"),
        ("物流", "港机", "供应链", "航运"),
        (
            SampleProduct("Pallet tracker", "托盘追踪器", "852691", PRODUCT, "5A992"),
            SampleProduct("Port radar, X band", "港口雷达", "852610", PRODUCT, "6A008"),
            SampleProduct("Marine coating, low friction", "船舶减阻涂料", "320820", MATERIAL),
            SampleProduct("Survey drone", "测绘无人机", "880622", PRODUCT, "9A012"),
            SampleProduct("Last-mile locker", "末端自提柜", "940320"),
            SampleProduct("Packaging design", "包装设计", None, SERVICE),
        ),
    ),
    "construction": SampleSector(
        ("Coatings", "Green Building", "Seismic", "Glass", "Structures", "Surveyors"),
        ("建设", "市政工程", "设计研究院", "建材"),
        (
            SampleProduct("Valve coating, drinking water grade", "饮用水阀门涂料", "320890", MATERIAL),
            SampleProduct("Seismic damper", "减震阻尼器", "730890"),
            SampleProduct("Low-e glass film", "低辐射玻璃膜", "392190", MATERIAL),
            SampleProduct("Green building certification", "绿色建筑认证", None, SERVICE),
            SampleProduct("Structural health sensor", "结构健康传感器", "903180"),
            SampleProduct("Tunnel ventilation controls", "隧道通风控制", "903289"),
        ),
    ),
}
HOMELY = words(
    "Redwood Otay Palomar Cabrillo Sonoma Calico Tamarack Harborlight Laguna Encina Ridgecrest Saltair Tecate "
    "Junipero Helix Vista Pacific Mojave Sequoia Cuyamaca Anza Arroyo Bodega Carmel Chaparral Coyote Delta Donner "
    "Eureka Feather Gaviota Granite Hidden Idyllwild Joshua Kings Lassen Manzanita Mariposa Mission Mono Napa "
    "Ojai Orchard Pajaro Piedmont Pinnacle Poppy Presidio Ramona Rincon Salinas Shasta Sierra Solano Sutter Tahoe "
    "Tehachapi Topanga Trinity Tulare Vallejo Ventura Yosemite Zephyr Alder Bayshore Canyon Crestline Juniper "
    "Lantern Meridian Quartz Willow"
)
SECOND_HOMELY = words(
    "Valley Creek Ridge Point Coast Harbor Summit Mesa Grove Springs Canyon Bay Bridge Field Rock Hill Lake North "
    "South West East Golden Silver Blue Green Bright Clear First New Union Star Cedar Iron Stone Swift True Open "
    "Prime Allied"
)
BRANDS = pairs(
    "华岳/Huayue 江川/Jiangchuan 东港/Donggang 鑫源/Xinyuan 汉江/Hanjiang 太湖/Taihu 云山/Yunshan 北辰/Beichen "
    "金陵/Jinling 西湖/Xihu 海东/Haidong 川西/Chuanxi 南岭/Nanling 同里/Tongli 江南/Jiangnan 甬江/Yongjiang "
    "天河/Tianhe 长风/Changfeng 瑞通/Ruitong 恒信/Hengxin 中远达/Zhongyuanda 博雅/Boya 启明/Qiming 宏图/Hongtu "
    "锦程/Jincheng 万汇/Wanhui 嘉禾/Jiahe 正泰安/Zhengtaian 润泽/Runze 清源/Qingyuan 碧波/Bibo 蓝天/Lantian "
    "星汉/Xinghan 凌云/Lingyun 安澜/Anlan 景明/Jingming 盛和/Shenghe 顺达/Shunda 德力/Deli 金桥/Jinqiao "
    "远景达/Yuanjingda 科瑞/Kerui 创世/Chuangshi 明珠/Mingzhu 泰和/Taihe 银河/Yinhe 晨光/Chenguang 九州/Jiuzhou "
    "四海/Sihai 春晖/Chunhui 兴业达/Xingyeda 普惠/Puhui 松江/Songjiang 珠海湾/Zhuhaiwan"
)
NATIVE_TRADES = {
    "水务": "Water",
    "水处理": "Water Treatment",
    "环境科技": "Environmental Technology",
    "净水设备": "Water Equipment",
    "传感": "Sensing",
    "环境监测": "Environmental Monitoring",
    "仪器": "Instruments",
    "智能科技": "Intelligent Technology",
    "新能源": "New Energy",
    "光伏": "Photovoltaics",
    "储能": "Energy Storage",
    "电力": "Electric Power",
    "食品": "Foods",
    "进出口": "Import and Export",
    "冷链": "Cold Chain",
    "农产品": "Farm Products",
    "医疗器械": "Medical Devices",
    "生物科技": "Biotechnology",
    "诊断技术": "Diagnostics",
    "医药": "Pharmaceuticals",
    "智慧城市": "Smart City",
    "智能交通": "Intelligent Traffic",
    "数字技术": "Digital Technology",
    "信息技术": "Information Technology",
    "物流": "Logistics",
    "港机": "Port Machinery",
    "供应链": "Supply Chain",
    "航运": "Shipping",
    "建设": "Construction",
    "市政工程": "Municipal Engineering",
    "设计研究院": "Design Institute",
    "建材": "Building Materials",
}
FORMS = (
    ("有限公司", "Co., Ltd."),
    ("股份有限公司", "Corporation"),
    ("集团有限公司", "Group"),
    ("有限公司", "Co., Ltd."),
)
ABROAD_WORDS = {
    "KZ": ("Tengri", "Altyn", "Steppe", "Zhetysu"),
    "ID": ("Nusantara", "Bahari", "Garuda Jaya", "Sumber"),
    "MY": ("Selangor", "Kencana", "Bumi", "Perdana"),
    "SG": ("Merlion", "Straits", "Marina", "Raffles Quay"),
    "VN": ("Song Hong", "Sao Viet", "Thanh Cong", "Mekong Delta"),
    "TH": ("Chao Phraya", "Siam", "Erawan", "Isan"),
    "LA": ("Mekong", "Lane Xang", "Champa", "Nam Ou"),
    "PK": ("Indus", "Karakoram", "Margalla", "Makran"),
    "AE": ("Falcon", "Dune", "Gulf Crescent", "Oasis"),
    "KE": ("Savanna", "Rift Valley", "Tana", "Acacia"),
}
ABROAD_TRADES = ("Karya", "Construction", "Water", "Energy", "Trading", "Logistics", "Engineering", "Holdings")
