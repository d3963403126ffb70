"""The demo county's 面对面 batches and petitions, in every state a clerk meets, by the deeds of those who may take the step.

Callers, places and pictures are invented. Days are counted back from the demo's day, so that each clock stands where the story
says: far from its limit, near it, over it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from PIL import Image, ImageDraw

from yiwang.config import cast
from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.organs.models import Organ
from yiwang.foundation.people.models import Person
from yiwang.governance.hotline import actions as hotline
from yiwang.governance.hotline.rules import Intake as Voice
from yiwang.governance.meetings import actions as meetings
from yiwang.governance.meetings.models import Batch
from yiwang.governance.meetings.rules import Line
from yiwang.governance.petitions import actions as petitions
from yiwang.governance.petitions.models import Petition
from yiwang.governance.petitions.rules import Intake
from yiwang.kernel.permissions import Doer
from yiwang.matters import actions as matters

COORDINATOR, VISITOR = "pan", "yin"
CLERK, DISPATCHER = "government-office-1", "hotline-2"
CITY, HOUSING, LAND, LABOUR, POLICE = (
    *("urban-management-1", "housing-1", "natural-resources-1", "human-resources-1", "police-1"),
)
Taken = tuple[int, str, str, Mapping[str, Any]]  # how many days ago, by whom, which step, with which values


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue of a batch: what, where it was raised, whose it is, and the steps since."""

    content: str
    source: str
    unit: str
    steps: tuple[Taken, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """One petition: how it came in, how many days ago, what is asked, by whom, and the steps since."""

    days_ago: int
    source: str
    purpose: str
    content: str
    name: str
    phone: str = ""
    people: int = 1
    steps: tuple[Taken, ...] = ()
    own: bool = False  # 林小满's, who sees it on the portal


def _stage(ago: int, who: str, result: str, plan: str, until: int) -> Taken:
    return ago, who, "report-stage", {"result": result, "plan": plan, "until": until}


def _went(ago: int, step: str, words: str) -> Taken:
    return ago, VISITOR, step, {"visited-on": ago, "way": "site", "opinion": words}


# fmt: off
MARKETS = (
    Issue("文明路菜市场门口占道摆卖，学生上学走马路", "meeting", "urban-management", ((47, CITY, "sign", {}), (30, CITY, "report-done", {"result": "劝离占道摊档12处，在北侧空地划出疏导点，商户已全部迁入。"}), _went(26, "verify-done", "早市时段到场看过，摊档已迁入疏导点，通道畅通。"))),
    Issue("城西农贸市场排污沟堵塞，雨天积水", "meeting", "urban-management", ((47, CITY, "sign", {}), _stage(20, CITY, "排污沟已清淤，积水点抽排干净。", "更换破损沟盖板，加装隔油池。", 20), _went(16, "verify-stage", "现场没有积水，盖板还没有换，同意阶段性办结。"))),
    Issue("市场公平秤长期没有校准", "online", "market", ((45, "zhou", "sign", {}), (3, "zhou", "report-done", {"result": "对两处公平秤送检校准，贴检定标志，每月抽查一次。"}))),
    Issue("市场二楼消防通道堆放货物", "letter", "housing", ((44, HOUSING, "sign", {}), (8, HOUSING, "report-done", {"result": "已通知市场方清理通道。"}), (6, VISITOR, "refuse", {"opinion": "到场看过，东侧通道仍堆着纸箱，请清理后再报。"}))),
)
ROADS = (
    Issue("实验小学门口没有人行信号灯", "meeting", "police", ()),
    Issue("龙岗路夜间货车超速", "hotline", "police", ((3, POLICE, "sign", {}),)),
    Issue("石桥镇中学路路面破损", "meeting", "transport", ((3, "transport-1", "sign", {}), (1, "transport-1", "decline", {"opinion": "该路段为镇道，由属地镇政府养护。", "basis": "公路法 第八条"}))),
)
PETITIONS = (
    Told(1, "letter", "appeal", "村集体鱼塘发包没有公开，要求公布承包合同。", "曾阿强", "13900001301"),
    Told(14, "visit", "appeal", "拆旧建新补助申请一年没有答复，要求书面说明。", "黎玉珍", "13900001302", 3),
    Told(56, "online", "appeal", "工地欠薪，包工头失联，要求协助追讨工资。", "", own=True, steps=((50, CLERK, "tell", {"unit": "human-resources"}),)),
    Told(82, "visit", "appeal", "小区违建迟迟没有拆除，影响采光。", "邓国文", "13900001304", 7, ((70, CLERK, "tell", {"unit": "urban-management"}),)),
    Told(70, "letter", "appeal", "征地青苗补偿按旧标准计算，要求重新核定。", "石亚水", "13900001305", 1, ((62, CLERK, "tell", {"unit": "natural-resources"}), (12, "natural-resources-3", "lengthen", {"days": "30", "opinion": "涉及测绘复核，须等测绘报告。"}))),
    Told(60, "visit", "appeal", "公租房轮候名单没有更新，要求说明轮候情况。", "", own=True, steps=((55, CLERK, "tell", {"unit": "housing"}), (12, HOUSING, "decide", {"outcome": "partly", "decision": "经核查，轮候名单因系统升级晚更新两个月，现已更新，您的轮候序号为第37位。未按时更新的责任已由我局内部处理。", "law": "公共租赁住房管理办法 第十条"}))),
    Told(110, "letter", "appeal", "临时占道许可被收回，要求退还押金。", "万小兵", "13900001307", 1, ((105, CLERK, "tell", {"unit": "urban-management"}), (55, CITY, "decide", {"outcome": "rejected", "decision": "押金已于收回许可当日抵作清场费用，不予退还。", "law": "城市市容和环境卫生管理条例 第十四条"}), (30, CLERK, "ask-review", {"opinion": "认为清场费用过高，没有清单。"}))),
    Told(11, "visit", "appeal", "灌溉渠改道后田里没有水，要求恢复引水口。", "叶北养", "13900001310", 1, ((7, CLERK, "tell", {"unit": "agriculture"}), (3, "agriculture-1", "object", {"opinion": "引水口属河道管理范围，由水务局负责。"}))),
    Told(40, "phone", "advice", "建议老城区增设公厕和无障碍坡道。", "胡敏", "13900001308", 1, ((34, CLERK, "tell", {"unit": "housing"}), (9, HOUSING, "settle", {"opinion": "已列入城市更新年度计划，与建议人面谈，建议人满意。"}))),
    Told(25, "letter", "appeal", "不服法院判决，要求政府改判。", "伍庆", "", 1, ((18, CLERK, "refuse-petition", {"ground": "litigation", "opinion": "判决已经生效，请依法申请再审。"}),)),
)
# fmt: on


def face_some(at: datetime) -> int:
    """Tell every batch and petition up to ``at``. Answers how many issues and petitions there are; none where there were some,
    or where nobody coordinates."""
    if Batch.objects.exists() or Petition.objects.exists() or not cast.known(COORDINATOR) or not cast.known(CLERK):
        return 0
    _batch(at, "菜篮子", "市“面对面”工作专班", "云面办〔2026〕3号", 50, 6, MARKETS)
    _batch(at, "道路安全与交通秩序", "县“面对面”工作专班", "云面办〔2026〕7号", 4, 40, ROADS)
    for told in PETITIONS:
        _petition(told, at)
    _from_the_hotline(at)
    matters.drain(at=at)
    return len(MARKETS) + len(ROADS) + len(PETITIONS) + 1


def _batch(
    at: datetime, theme: str, by_whom: str, document: str, ago: int, ahead: int, found: tuple[Issue, ...]
) -> None:
    began = _back(at, ago)
    units = dict(Organ.objects.filter(code__in={one.unit for one in found}).values_list("code", "pk"))
    bureau = cast.named(COORDINATOR, began)
    made = meetings.open_batch(
        organ_id=bureau.organ_id or 0,
        theme=theme,
        handed_by=by_whom,
        document=document,
        received_on=day_of(began),
        due_on=day_of(at + timedelta(days=ahead)),
        by=bureau,
        at=began,
    )
    lines = [Line(one.content, one.source, units[one.unit]) for one in found]
    opened = meetings.hand_out(code=made.code, lines=lines, by=bureau, at=began + timedelta(hours=1))
    for issue, standing in zip(found, opened, strict=True):
        for ago_then, who, step, values in issue.steps:
            moment = _back(at, ago_then, 15)
            given: dict[str, Any] = {"values": {name: _said(name, value, at) for name, value in values.items()}}
            if step in meetings.REPORTS:
                given |= {"evidence": _picture(standing.id), "evidence_name": "整改后.png"}
            meetings.take(reference=standing.reference, step=step, by=cast.named(who, moment), at=moment, **given)


def _back(at: datetime, days: int, hour: int = 9) -> datetime:
    """So many days ago, in the morning when something comes in, in the afternoon when somebody acts on it."""
    return datetime.combine(day_of(at) - timedelta(days=days), time(hour, 20 + days % 30), SHANGHAI)


def _said(name: str, value: Any, at: datetime) -> Any:
    """Days are told as so many days before (``visited-on``) or after (``until``) the demo's day."""
    if name == "visited-on":
        return _iso(at - timedelta(days=value))
    return _iso(at + timedelta(days=value)) if name == "until" else value


def _iso(at: datetime) -> str:
    found: date = day_of(at)
    return found.isoformat()


def _petition(told: Told, at: datetime) -> None:
    began = _back(at, told.days_ago)
    lin = Person.objects.order_by("pk").first() if told.own else None
    said = Intake(told.source, told.purpose, told.content, told.name, told.phone, told.people, lin.pk if lin else None)
    reference = petitions.register(intake=said, by=cast.named(CLERK, began), at=began).reference
    for ago, who, step, values in told.steps:
        moment = _back(at, ago, 15)
        petitions.take(reference=reference, step=step, by=cast.named(who, moment), at=moment, values=values)


def _from_the_hotline(at: datetime) -> None:
    """林 said it to 12345; the dispatcher handed it over with its ground, and a unit has it now."""
    lin, began = Person.objects.order_by("pk").first(), _back(at, 6)
    if lin is None or not cast.known(DISPATCHER):
        return
    citizen = Doer(reference=f"person:{lin.pk}", kind="citizen", person_id=lin.pk)
    voice = Voice(
        kind="complaint",
        topic="land",
        title="宅基地确权证办了三年没有结果",
        content="2023年提交确权材料，先后三次补件，一直没有书面答复，要求依法作出处理意见。",
        channel="portal",
        town="449931102",
    )
    order = hotline.file(intake=replace(voice, party_id=lin.pk), by=citizen, at=began)
    moment = _back(at, 5)
    given = {"ground": "appeal", "opinion": "诉求人要求作出书面处理意见，按信访程序办理。"}
    hotline.take(
        reference=order.reference, step="hand-over", by=cast.named(DISPATCHER, moment), at=moment, values=given
    )
    made = Petition.objects.select_related("matter").get(order_reference=order.reference)
    moment = _back(at, 2)
    given = {"unit": "natural-resources"}
    petitions.take(reference=made.matter.reference, step="tell", by=cast.named(CLERK, moment), at=moment, values=given)


def _picture(number: int) -> bytes:
    """A drawn scene that stands for a photograph; each its own, so that no file is taken for another."""
    out, picture = io.BytesIO(), Image.new("RGB", (640, 400), "#cfe3f5")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 250, 640, 400), fill="#8a8f94")
    for left in range(20 + number % 40, 640, 120):
        draw.rectangle((left, 320, left + 60, 330), fill="white")
    draw.rectangle((60, 130, 260, 250), fill="#d9b48f")
    draw.text((16, 12), f"DEMO {number}", fill="black")
    picture.save(out, "PNG")
    return out.getvalue()
