"""Some of the demo county's people say what troubles them: orders of the last weeks in every state, by the hotline's own deeds.

Callers, numbers and shops are invented. Each order is told up to today by whoever may take the step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from yiwang.config import cast
from yiwang.foundation.calendar import queries as calendar
from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.people.models import Person
from yiwang.governance.hotline import actions
from yiwang.governance.hotline.models import Order
from yiwang.governance.hotline.rules import Intake
from yiwang.kernel.permissions import Doer
from yiwang.kernel.refusal import Refusal
from yiwang.matters import actions as matters

OPERATOR, DISPATCHER, VISITOR, RULER = "hotline-1", "hotline-2", "hotline-3", "hotline-4"
Taken = tuple[str, str, Mapping[str, Any]]  # by whom, which step, with which values


@dataclass(frozen=True, slots=True)
class Voice:
    """One order: what was said how many working days ago, by which caller, and the steps since, half a day apart."""

    days_ago: int
    kind: str
    topic: str
    title: str
    content: str
    town: str
    place: str
    phone: str
    steps: tuple[Taken, ...] = ()
    name: str = ""
    urgent: bool = False
    firm: bool = False
    disclosure: str = "open"
    against: str = ""
    filed: bool = False  # by 林小满 over the network


def _to(organ: str, **more: Any) -> Taken:
    return OPERATOR, "dispatch", {"organ": organ, **more}


def _reply(who: str, answer: str, result: str = "solved") -> Taken:
    return who, "reply", {"answer": answer, "result": result}


CITY, HOUSING, MARKET, WATER = "urban-management-1", "housing-1", "zhou", "water-supply-1"
PASS: Taken = (DISPATCHER, "pass", {})
# fmt: off
VOICES = (
    Voice(0, "help", "water", "城西社区停水两天", "从昨天早上停水到现在，老人做饭都成问题，请尽快修复。", "449931001", "城西社区12栋", "13900001201", name="温桂兰"),
    Voice(0, "complaint", "gas", "菜市场旁有燃气味", "文明路菜市场旁边一直有很浓的燃气味，担心出事。", "449931001", "文明路菜市场", "13900001202", urgent=True, name="江伟"),
    Voice(1, "enquiry", "insurance", "灵活就业人员怎么参保", "我开小店，没有单位，想问养老保险怎么交。", "", "", "13900001203", ((OPERATOR, "answer", {"answer": "灵活就业人员可在户籍地或就业地参加企业职工基本养老保险，带身份证到县政务服务中心社保窗口或在手机上办理，按月缴费。咨询电话0700-3310132。"}),)),
    Voice(2, "complaint", "noise", "小区对面工地深夜施工", "龙岗路工地连续三晚施工到凌晨一点，孩子没法睡觉。", "449931001", "龙岗路18号对面", "13900001204", (_to("housing"), (HOUSING, "sign", {}), (HOUSING, "contact", {})), name="罗敏仪"),
    Voice(3, "complaint", "waste", "文明路垃圾堆放无人清理", "文明路菜市场门口垃圾堆了三天没人清，味道很大。", "449931001", "文明路菜市场门口", "13900001205", (_to("urban-management"), (CITY, "sign", {})), name="黄小燕"),
    Voice(3, "complaint", "waste", "菜市场门口一地垃圾", "菜市场门口垃圾没人扫，走路都要绕开。", "449931001", "文明路菜市场", "13900001206", name="谢志安"),
    Voice(6, "complaint", "stall", "学校门口占道摆卖", "实验小学门口放学时段流动摊贩占满人行道，学生只能走马路。", "449931001", "实验小学门口", "13900001207", (_to("urban-management"), (CITY, "return", {"ground": "duty", "opinion": "校门口交通秩序由公安交警负责，请改派。", "basis": "三定方案", "whose": "police"}), (DISPATCHER, "redispatch", {"organ": "police", "opinion": "同意退单，改派公安部门。"}), ("police-1", "return-again", {"ground": "duty", "opinion": "占道摆卖属于城市管理，不属于交通管理。", "basis": "城市市容和环境卫生管理条例"})), name="冯雪"),
    Voice(9, "complaint", "fumes", "楼下饭店油烟直排", "楼下饭店油烟管道对着我家窗户，关窗也有味。", "449931001", "人民路27号", "13900001208", (_to("ecology"), ("ecology-1", "return", {"ground": "law", "opinion": "餐饮油烟的执法权已划转城管部门。", "basis": "大气污染防治法 第八十一条"}), (DISPATCHER, "redispatch", {"organ": "urban-management", "opinion": "同意退单，按职责划转改派。"}), (CITY, "return-again", {"ground": "duty", "opinion": "本件涉及油烟检测，应由生态环境部门负责。", "basis": "监测职责"}), (RULER, "designate", {"organ": "urban-management", "opinion": "餐饮油烟的监督管理和处罚已划转城市管理部门，检测由其委托。", "basis": "大气污染防治法 第一百一十八条；云委发〔2019〕2号"}), (CITY, "sign", {})), name="何立群"),
    Voice(8, "report", "illegal-building", "屋顶加建铁皮房", "人民路35号楼顶最近在加建铁皮房，没有看到任何手续。", "449931001", "人民路35号", "13900001209", (_to("urban-management"), (CITY, "sign", {}), _reply(CITY, "9月17日我局到人民路35号核查，加建未取得规划许可，已依据城乡规划法第六十四条发出责令停止通知书，限9月25日前自行拆除。进展可问0700-3310297。", "partly")), disclosure="confidential", name="匿名热心人"),
    Voice(10, "complaint", "consumer", "健身房关门不退费", "办了年卡三个月就关门，老板电话打不通，要求退余款。", "449931001", "新城广场三楼", "13900001210", (_to("market"), (MARKET, "sign", {}), _reply(MARKET, "我局9月14日联系健身房经营者核实年卡退费，9月16日依据消费者权益保护法第五十三条组织调解，经营者同意9月30日前退还余款1280元，逾期可持调解书向法院申请执行。联系0700-3310264。"), PASS), name="邱颖"),
    Voice(12, "complaint", "road", "石桥镇路面坑洼", "镇政府到中学那段路全是坑，下雨看不见，摔过人。", "449931101", "石桥镇中学路", "13900001211", (_to("shiqiao"), ("shiqiao-1", "sign", {}), _reply("shiqiao-1", "我镇9月10日现场查看中学路路面，依据公路法第三十五条养护，坑洼处已用冷补料修补，整段大修列入第四季度计划，11月底前完成。联系0700-3322001。", "partly"), PASS, (VISITOR, "unsatisfied", {"level": "poor", "contacted": "on", "opinion": "只补了几个大坑，没几天又坏了。"})), name="林桂英"),
    Voice(15, "complaint", "street-light", "村口路灯不亮", "村口三盏路灯坏了一个多月，晚上出门很危险。", "449931102", "禾丰村口", "13900001212", (_to("baihe"), ("baihe-1", "sign", {}), _reply("baihe-1", "我镇9月5日依据城市照明管理规定派人检修村口路灯，更换了三盏灯的电源，9月6日起已恢复照明。如再不亮请打0700-3323001。"), PASS, (VISITOR, "satisfied", {"level": "good", "contacted": "on", "solved": "on"})), name="陈亚妹"),
    Voice(16, "complaint", "property", "物业公共收益不公开", "小区电梯广告收益两年没公布，物业不回应业主。", "449931001", "云溪花园", "13900001213", (_to("housing"), (HOUSING, "sign", {}), _reply(HOUSING, "我局9月8日约谈物业企业，依据物业管理条例第五十四条责令公示近两年电梯广告公共收益，9月10日已在小区公告栏张贴。对账目有疑问的，可由业主大会委托审计，咨询0700-3310165。", "explained"), PASS, (VISITOR, "unsatisfied", {"level": "poor", "opinion": "账目太粗，看不出去向。"}), (RULER, "judge-close", {"verdict": "done", "opinion": "公示内容符合物业管理条例要求，账目明细应由业主大会委托审计，单位已尽责。"})), name="吴建"),
    Voice(11, "help", "business", "食品厂用电增容卡在哪", "我厂扩产要增容，材料交了两周没有回音，影响交货。", "449931107", "高岭工业园", "13900001214", (_to("power-supply"), ("power-supply-1", "sign", {}), ("power-supply-1", "contact", {}), ("power-supply-1", "stage-close", {"answer": "现场已勘查，增容方案9月12日确定，变压器预计10月中旬到货安装。", "until": "2026-10-20"})), firm=True, name="高岭食品厂"),
    Voice(9, "business", "business-approval", "消防验收材料被反复退", "验收材料补了三次，每次说法不一样，厂房一直不能投产。", "449931107", "", "13900001217", (_to("data-bureau"), ("deng", "sign", {}), _reply("deng", "我局9月15日约谈住房和城乡建设局经办股室，依据优化营商环境条例第三十六条责成其一次告知，9月17日已书面列明尚缺的两项材料并派人上门指导，补齐后5个工作日内验收。联系0700-3310000。", "partly"), PASS), name="云溪木业", against="housing", disclosure="confidential"),
    Voice(1, "business", "business-debts", "工程尾款拖欠两年", "镇里的绿化工程验收两年，尾款一直没有付。", "449931101", "", "13900001218", name="青禾园林", against="shiqiao", disclosure="confidential"),
    Voice(5, "proposal", "bus", "建议开通到高岭工业园的早班车", "工业园七点上班，最早一班公交七点二十到，建议提前一班。", "449931107", "高岭工业园", "", (_to("transport"), ("transport-1", "sign", {}), ("transport-1", "ask-extension", {"days": "5", "opinion": "需与公交企业核算线路成本后答复。"})), disclosure="anonymous"),
    Voice(2, "help", "service", "办证材料网上传不上去", "手机上传租赁合同一直提示失败，去窗口又说网上办，怎么办？", "449931001", "", "", filed=True),
    Voice(4, "report", "safety", "邻居打架", "楼下两户人家正在打架。", "449931001", "", "13900001216", ((OPERATOR, "not-accept", {"ground": "emergency", "opinion": "正在发生的治安事件请立即拨打110，已当场告知来电人。"}),)),
)
# fmt: on


def voice_some(at: datetime) -> int:
    """Tell every voice up to ``at``. Answers how many orders were made; none if there are orders, or no hotline."""
    if Order.objects.exists() or not cast.known(OPERATOR):
        return 0
    for number, voice in enumerate(VOICES):
        _tell(voice, number, at)
    _merge(at)
    _know(at)
    return len(VOICES)


def _tell(voice: Voice, number: int, until: datetime) -> None:
    table = calendar.table()
    day = day_of(until)
    for _ in range(voice.days_ago):
        day = table.roll_back(day - timedelta(days=1))
    moment = min(datetime.combine(day, time(8, 40 + number), SHANGHAI), until)
    fields = (
        "kind",
        "topic",
        "title",
        "content",
        "town",
        "place",
        "phone",
        "name",
        "urgent",
        "firm",
        "disclosure",
        "against",
    )
    said = Intake(channel="phone", **{name: getattr(voice, name) for name in fields})
    if voice.filed:
        lin = Person.objects.order_by("pk")[0]
        by = Doer(reference=f"person:{lin.pk}", kind="citizen", person_id=lin.pk)
        reference = actions.file(intake=replace(said, party_id=lin.pk), by=by, at=moment).reference
    else:
        reference = actions.record(intake=said, by=cast.named(OPERATOR, moment), at=moment).reference
    for half, (who, step, values) in enumerate(voice.steps):
        if half % 2 == 0 and half:
            day = table.add(day, 1)
        hour = time(10 if half % 2 == 0 else 15, 5 + number)
        moment = min(max(moment, datetime.combine(day, hour, SHANGHAI)), until)
        _take(reference, step, cast.named(who, moment), moment, values)
    matters.drain(at=until)


def _take(reference: str, step: str, by: Doer, at: datetime, values: Mapping[str, Any]) -> None:
    """As a clerk would: where the reading of a reply finds something, it goes out with a reason."""
    try:
        actions.take(reference=reference, step=step, by=by, at=at, values=values)
    except Refusal as refusal:
        if refusal.code != "reply-findings":
            raise
        said = {**values, "overrule": "已电话向诉求人逐项说明，诉求人知悉。"}
        actions.take(reference=reference, step=step, by=by, at=at, values=said)


def _merge(at: datetime) -> None:
    """Two callers about one heap of rubbish: the second goes along with the first."""
    heap = list(Order.objects.filter(topic="waste").select_related("matter").order_by("pk"))
    if len(heap) == 2:
        given = {"lead": heap[0].number}
        actions.take(
            reference=heap[1].matter.reference, step="merge", by=cast.named(DISPATCHER, at), at=at, values=given
        )


def _know(at: datetime) -> None:
    answered = Order.objects.filter(matter__state="answered").select_related("matter").first()
    if answered is not None:
        named: dict[str, Any] = {"question": answered.title, "answer": answered.answer, "topic": answered.topic}
        actions.write_knowledge(
            **named, public=True, reference=answered.matter.reference, by=cast.named(DISPATCHER, at), at=at
        )
