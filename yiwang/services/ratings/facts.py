"""What figures may know of ratings: each service that could be rated, and each bad rating being mended.

Basis: 国办发〔2019〕51号; GB/T 39734-2020 附录 B. Only the first rating of a service counts; what was found mistaken or
malicious is kept and not valid. Nobody's words, and not who rated.
"""

from __future__ import annotations

from yiwang.kernel.facts import DAY_BEGINS, Column, Fact, Kind, Moment, on_day, publish
from yiwang.services.ratings.models import Occasion, Rating, Rectification
from yiwang.services.ratings.rules import BAD_FROM

SIGNED = DAY_BEGINS.format("x.signed_on")
# when the upholding of an appeal was recorded; excluded ratings are so from then on
EXCLUDED = f"case when x.excluded then coalesce(m.closed_at, {SIGNED}) end"

publish(
    Fact(
        id="services",
        title="可评价的服务",
        unit="次",
        grain="每次服务（办件、窗口服务、咨询）一行，连同首次评价",
        columns=(
            Column("reference", "服务场次", Kind.CODE, "'service:' || c.id"),
            Column("organ", "被评价机构", Kind.ORGAN, "o.code"),
            Column("place", "场所", Kind.PLACE, "coalesce(p.code, '')"),
            Column("counter", "窗口", Kind.CODE, "coalesce(p.code || '/' || w.number, '')"),
            Column("item", "事项编码", Kind.CODE, "c.item"),
            Column("kind", "场次类别", Kind.CODE, "c.kind", dict(Occasion.Kind.choices)),
            Column("mode", "服务方式", Kind.CODE, "c.mode", dict(Occasion.Mode.choices)),
            Column("imported", "外系统", Kind.FLAG, "c.source <> ''"),
            Column("level", "满意度", Kind.WHOLE, "r.level", known="rated"),
            Column("bad", "差评", Kind.FLAG, f"coalesce(r.level >= {BAD_FROM}, false)", known="rated"),
            Column("active", "主动评价", Kind.FLAG, "coalesce(r.origin = 'active', false)", known="rated"),
            Column(
                "channel",
                "评价渠道",
                Kind.CODE,
                "coalesce(r.channel, '')",
                {"": "", **dict(Rating.Channel.choices)},
                known="rated",
            ),
        ),
        moments=(
            on_day("opened", "服务", "c.opened_on"),
            Moment("rated", "评价", "r.given_at", "r.given_at"),
            Moment("called_back", "回访", "x.called_back_at", "x.called_back_at"),
            on_day("rectified", "整改签字", "x.signed_on"),
            Moment("excluded", "核实不计", EXCLUDED, EXCLUDED),
        ),
        source="""ratings_occasion c join organs_organ o on o.id = c.organ_id
            left join organs_counter w on w.id = c.counter_id left join organs_place p on p.id = w.place_id
            left join ratings_rating r on r.occasion_id = c.id and r.follows_id is null
            left join ratings_rectification x on x.rating_id = r.id left join matter m on m.id = x.matter_id
            where c.opened_on >= (%(since)s at time zone 'Asia/Shanghai')::date
              and c.opened_on < (%(until)s at time zone 'Asia/Shanghai')::date""",
        yearly=True,
        years="select extract(year from opened_on)::int, count(*) from ratings_occasion group by 1",
        # a rating's line names the service, a rectification's its matter; an import may be about any day
        touched="""with lines as (select subject from ledger_entry where xid >= %(xid)s::text::xid8)
            select distinct extract(year from c.opened_on)::int from ratings_occasion c
            left join ratings_rating r on r.occasion_id = c.id and r.follows_id is null
            left join ratings_rectification x on x.rating_id = r.id left join matter m on m.id = x.matter_id
            where 'rating:' || c.id in (select subject from lines) or 'matter:' || m.reference in (select subject from lines)
              or 'ratings:import' in (select subject from lines)""",
    )
)
publish(
    Fact(
        id="rectifications",
        title="差评整改",
        unit="件",
        grain="每件差评整改一行",
        page="/desk/matters/{}/",
        columns=(
            Column("reference", "办理编号", Kind.CODE, "m.reference"),
            Column("organ", "责任单位", Kind.ORGAN, "o.code"),
            Column("category", "差评分类", Kind.CODE, "x.category"),
            Column(
                "outcome",
                "核实结论",
                Kind.CODE,
                "x.outcome",
                {"": "", **dict(Rectification.Outcome.choices)},
                known="called_back",
            ),
        ),
        moments=(
            Moment("raised", "差评", "m.received_at", "m.received_at"),
            Moment("called_back", "回访", "x.called_back_at", "x.called_back_at"),
            on_day("mended", "整改", "x.rectified_on"),
            on_day("fed_back", "反馈", "x.fed_back_on"),
            on_day("signed", "签字", "x.signed_on"),
            Moment("excluded", "核实不计", EXCLUDED, EXCLUDED),
            Moment("closed", "办结", "m.closed_at", "m.closed_at"),
        ),
        source="""ratings_rectification x join matter m on m.id = x.matter_id join organs_organ o on o.id = x.organ_id""",
    )
)
