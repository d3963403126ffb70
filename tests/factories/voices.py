"""Invented voices on the telephone: what callers of a made-up county say, about what, where, and whose it was.

Nobody said any of it. ``voices`` answers the same for the same seed; ``many`` is quick enough for a hundred thousand.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

TOWNS = {
    "449931001": ("城关街道", "chengguan"), "449931100": ("柳溪镇", "liuxi"), "449931101": ("石桥镇", "shiqiao"),
    "449931102": ("白禾镇", "baihe"), "449931103": ("龙潭镇", "longtan"), "449931104": ("青山镇", "qingshan"),
    "449931105": ("河口镇", "hekou"), "449931106": ("塘下镇", "tangxia"), "449931107": ("高岭镇", "gaoling"),
}  # fmt: skip
# topic, kind, organ (@town, or @light: the bureau in the county town, else the town), sentences with {where}
THINGS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("street-light", "help", "@light", ("{where}的路灯不亮，晚上漆黑一片", "{where}三盏路灯坏了半个月没人修", "{where}路灯白天亮晚上不亮", "{where}新装的路灯一直没有通电")),
    ("waste", "help", "@light", ("{where}垃圾堆满没有清运，臭气熏天", "{where}垃圾桶破了，垃圾散落一地", "{where}垃圾池离住户太近，苍蝇多")),
    ("stall", "complaint", "urban-management", ("{where}夜市烧烤摊占道经营，路都走不了", "{where}流动摊贩占道摆摊叫卖", "{where}水果摊占了人行道")),
    ("water", "help", "water-supply", ("{where}今天又停水，没有提前通知", "{where}自来水发黄有泥沙", "{where}水压太低，三楼以上用不上水", "{where}水管爆裂，路上全是水")),
    ("power", "help", "power-supply", ("{where}一下雨就停电", "{where}变压器跳闸，整栋楼没电", "{where}电线垂得很低，有危险", "{where}电表走得太快，电费多了一倍")),
    ("road", "help", "@light", ("{where}路面坑洼，摩托车摔倒过几次", "{where}井盖不见了，晚上很危险", "{where}道路破损积水没有人修")),
    ("noise", "complaint", "ecology", ("{where}旁边的加工厂半夜还在切割，噪声太大", "{where}工厂机器声昼夜不停", "{where}厂房冲床震得窗户响")),
    ("noise", "complaint", "urban-management", ("{where}广场舞音响太吵到深夜", "{where}工地凌晨施工打桩", "{where}酒吧音响吵得睡不着")),
    ("noise", "complaint", "police", ("{where}楼上邻居半夜敲打", "{where}邻居养狗整夜狗叫", "{where}装修不分时间，楼上电钻响")),
    ("property", "complaint", "housing", ("{where}小区物业不管卫生，电梯坏了没人修", "{where}物业乱收停车费", "{where}业委会选举不公开", "{where}维修资金用到哪里没有公布")),
    ("parking", "report", "police", ("{where}车辆乱停，堵住出口", "{where}红绿灯时间太短，老人过不了马路", "{where}大货车违停在学校门口")),
    ("consumer", "complaint", "market", ("{where}一家健身房关门不退款", "{where}超市卖的电动车有质量问题不给退货", "{where}美容院预付卡退不了款", "{where}网购的手机是假货")),
    ("food", "report", "market", ("{where}一家餐馆用变质的肉", "{where}小作坊无证做腐竹", "{where}超市卖过期食品", "{where}食堂饭菜里有虫")),
    ("wages", "complaint", "human-resources", ("{where}工地拖欠工资三个月", "{where}工厂辞退员工不给补偿", "{where}餐厅不发加班费", "{where}老板欠薪跑路")),
    ("insurance", "enquiry", "human-resources", ("请问养老保险怎么补缴", "失业金在哪里申请", "社保卡丢了怎么办", "工伤认定要什么材料，在{where}上班")),
    ("medical-insurance", "enquiry", "medical-insurance", ("异地就医怎么报销", "新生儿医保怎么参保，住在{where}", "门诊统筹能报多少", "医保断缴了怎么办")),
    ("medical", "complaint", "health", ("{where}卫生院医生态度差", "{where}诊所没有证照给人打针", "医院挂号要排几个小时", "疫苗在哪里打，住{where}")),
    ("school", "enquiry", "education", ("外来子女入学要什么条件，住{where}", "{where}幼儿园收费太高", "{where}培训机构关门不退学费", "学校强制补课收费")),
    ("bus", "proposal", "transport", ("建议在{where}增设公交站台", "{where}的班车一天只有两班", "出租车拒载，在{where}上车")),
    ("pollution", "report", "ecology", ("{where}有工厂偷排废水，河水发黑", "{where}烟囱冒黑烟，气味刺鼻", "{where}石场粉尘大，晾不了衣服")),
    ("illegal-building", "report", "urban-management", ("{where}有人在楼顶违章搭建铁皮棚", "{where}邻居违建占了通道", "{where}加建一层没有手续")),
    ("welfare", "enquiry", "civil-affairs", ("低保怎么申请，人在{where}", "高龄津贴停发了", "{where}养老院收费标准", "临时救助需要什么条件")),
    ("farm", "help", "agriculture", ("{where}养殖场臭味大，粪水流到田里", "{where}买到假种子，稻谷不结实", "农机补贴怎么领，在{where}")),
    ("land", "enquiry", "natural-resources", ("{where}宅基地怎么办证", "房产证加名字要多少钱", "{where}征地补偿没有到位")),
    ("safety", "report", "fire", ("{where}消防通道被堵死", "{where}楼道灭火器过期", "{where}消防栓没有水")),
)  # fmt: skip
ROADS = (
    "解放",
    "人民",
    "建设",
    "沿江",
    "振兴",
    "环城",
    "文化",
    "新兴",
    "工业",
    "和平",
    "东风",
    "朝阳",
    "育才",
    "中山",
    "湖滨",
    "长安",
)
ENDS = (
    "路口",
    "路段",
    "市场旁边",
    "小学门口",
    "桥头",
    "花园3栋",
    "花园7栋",
    "新村",
    "老街",
    "车站对面",
    "工业区",
    "村口",
    "文化广场",
    "卫生院旁",
)
TAILS = (
    "",
    "，希望尽快处理",
    "，打过电话没有用",
    "，请有关单位来看看",
    "，影响大家生活",
    "，已经一个多月了",
    "，家里有老人小孩",
    "，要求给个说法",
    "，多次反映没有结果",
    "，请核实后答复",
)


@dataclass(frozen=True, slots=True)
class Voice:
    """One invented order. ``organ`` is whose it really was."""

    title: str
    content: str
    topic: str
    kind: str
    town: str
    place: str
    organ: str
    on: date


def voices(
    count: int, *, seed: int = 1, until: date = date(2026, 9, 23), days: int = 900, wrong: float = 0.08
) -> list[Voice]:
    """``count`` orders over ``days`` days; in a share of ``wrong`` another organ handled it than one would think."""
    dice = random.Random(seed)
    towns, organs = list(TOWNS), sorted({one[2] for one in THINGS if not one[2].startswith("@")})
    found = []
    for _ in range(count):
        topic, kind, organ, says = THINGS[min(int(dice.expovariate(0.11)), len(THINGS) - 1)]
        town = towns[0] if dice.random() < 0.4 else dice.choice(towns)
        where = f"{dice.choice(ROADS)}{dice.choice(ENDS)}"
        if organ == "@light":
            organ = "urban-management" if town == towns[0] else TOWNS[town][1]
        if dice.random() < wrong:
            organ = dice.choice(organs)
        said = dice.choice(says).format(where=where)
        more = dice.choice(says).format(where=f"{dice.choice(ROADS)}{dice.choice(ENDS)}") if dice.random() < 0.3 else ""
        content = f"来电人反映{TOWNS[town][0]}{said}{'，' + more if more else ''}{dice.choice(TAILS)}。"
        on = until - timedelta(days=int(dice.random() * days))
        found.append(Voice(said[:40], content, topic, kind, town, where, organ, on))
    return found
