"""What figures may know of orders: each order, its moments, how often it came back, what the caller said and what 研判 made of
it. Codes only. Basis: 国办发〔2020〕53号 (受理、按时办结、满意)."""

from __future__ import annotations

from yiwang.governance.hotline.models import Channel, Kind, Satisfaction, Verdict
from yiwang.kernel.facts import YEAR_OF, Column, Fact, Moment, publish
from yiwang.kernel.facts import Kind as Holds

EMPTY = {"": ""}
VOICED = "o.first_satisfaction in ('satisfied', 'unsatisfied')"
# 研判后: what was said last, or that the unit had done what it had to; what is not counted is not in the denominator
AFTER = "(o.satisfaction in ('satisfied', 'unsatisfied') and o.verdict <> 'excluded')"
ENDED = "case when m.closed_at is not null then m.state else '' end"

publish(
    Fact(
        id="orders",
        title="热线工单",
        unit="件",
        grain="每张工单一行",
        page="/desk/orders/{}/",
        columns=(
            Column("reference", "办理编号", Holds.CODE, "m.reference"),
            Column("organ", "承办单位", Holds.ORGAN, "coalesce(u.code, h.code)"),
            Column("kind", "诉求类型", Holds.CODE, "o.kind", dict(Kind.choices)),
            Column("channel", "来源渠道", Holds.CODE, "o.channel", dict(Channel.choices)),
            Column("topic", "诉求主题", Holds.CODE, "o.topic"),
            Column("town", "行政区划代码", Holds.CODE, "o.town"),
            Column("counter", "所诉窗口", Holds.CODE, "o.counter"),
            Column("firm", "企业专线", Holds.FLAG, "o.firm"),
            Column("urgent", "紧急", Holds.FLAG, "o.urgent"),
            Column("taken", "已受理", Holds.FLAG, "m.state <> 'not-accepted'"),
            Column("ended", "办结方式", Holds.CODE, ENDED, known="closed"),
            Column("on_time", "按期答复", Holds.FLAG, "coalesce(c.stopped_on <= c.due_on, false)", known="replied"),
            Column("returns", "退单次数", Holds.WHOLE, "o.returns"),
            Column("returned", "退过单", Holds.FLAG, "o.returns > 0"),
            Column(
                "first_right",
                "首次派单即承办",
                Holds.FLAG,
                "coalesce(o.first_organ_id = o.handling_organ_id, false) and o.returns = 0",
                known="replied",
            ),
            Column("by_precedent", "依先例派单", Holds.FLAG, "o.precedent_id is not null"),
            Column("unlisted", "没有列入清单", Holds.FLAG, "l.matter_id is not null"),
            Column("redone", "重办次数", Holds.WHOLE, "o.redone"),
            Column("again", "重办过", Holds.FLAG, "o.redone > 0"),
            Column("urges", "催办次数", Holds.WHOLE, "o.urges"),
            Column("overseen", "督办次数", Holds.WHOLE, "o.overseen"),
            Column("in_minutes", "限时联系", Holds.FLAG, "o.respond_by_at is not null"),
            Column("in_time", "按时联系", Holds.FLAG, "coalesce(o.responded_at <= o.respond_by_at, false)"),
            Column(
                "said",
                "首次回访结果",
                Holds.CODE,
                "o.first_satisfaction",
                EMPTY | dict(Satisfaction.choices),
                known="called_back",
            ),
            Column("voiced", "首次回访有效", Holds.FLAG, VOICED, known="called_back"),
            Column("pleased", "首次回访满意", Holds.FLAG, "o.first_satisfaction = 'satisfied'", known="called_back"),
            Column("verdict", "研判结论", Holds.CODE, "o.verdict", EMPTY | dict(Verdict.choices), known="judged"),
            Column("voiced_after", "研判后有效", Holds.FLAG, AFTER, known="called_back"),
            Column(
                "pleased_after",
                "研判后满意",
                Holds.FLAG,
                f"{AFTER} and (o.satisfaction = 'satisfied' or o.verdict = 'done')",
                known="called_back",
            ),
            Column("solved", "问题已解决", Holds.FLAG, "coalesce(o.solved, false)", known="called_back"),
        ),
        moments=(
            Moment("received", "登记", "m.received_at", "m.received_at"),
            Moment("dispatched", "首次派单", "o.dispatched_at", "o.dispatched_at"),
            Moment("signed", "签收", "o.signed_at", "o.signed_at"),
            Moment("stage_closed", "阶段性办结", "o.stage_closed_at", "o.stage_closed_at"),
            Moment("replied", "答复", "o.replied_at", "o.replied_at"),
            Moment("called_back", "回访", "o.called_back_at", "o.called_back_at"),
            Moment("judged", "研判", "o.judged_at", "o.judged_at"),
            Moment("closed", "办结", "m.closed_at", "m.closed_at"),
        ),
        source="""hotline_order o join matter m on m.id = o.matter_id join organs_organ h on h.id = o.organ_id
            left join organs_organ u on u.id = o.handling_organ_id
            left join matter_clock c on c.matter_id = m.id and c.clock = 'handle'
            left join hotline_unlisted l on l.matter_id = m.id
            where m.received_at >= %(since)s and m.received_at < %(until)s""",
        yearly=True,
        years=f"""select {YEAR_OF.format("m.received_at")}, count(*) from hotline_order o
            join matter m on m.id = o.matter_id group by 1""",
        touched=f"""select distinct {YEAR_OF.format("m.received_at")} from ledger_entry e
            join matter m on m.reference = substr(e.subject, 8) join hotline_order o on o.matter_id = m.id
            where e.xid >= %(xid)s::text::xid8 and e.subject like 'matter:%%'""",
    )
)
