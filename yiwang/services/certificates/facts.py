"""What figures may know of certificates: each from its issue to its end, and each use of one instead of paper."""

from __future__ import annotations

from yiwang.kernel.facts import YEAR_OF, Column, Fact, Kind, Moment, on_day, publish
from yiwang.services.certificates.models import Certificate, Issuance

ENDED = "coalesce(t.ended_on, t.valid_until + 1)"
ENDED_RECORDED = f"""coalesce((select min(s.recorded_at) from certificates_standing s
    where s.certificate_id = t.id and s.status = t.status and t.ended_on is not null),
    ({ENDED}::timestamp at time zone 'Asia/Shanghai'))"""

publish(
    Fact(
        id="certificates",
        title="证照",
        unit="本",
        grain="每本证照一行",
        opens="certificate",
        page="/desk/certificates/{}/",
        columns=(
            Column("reference", "证照", Kind.CODE, "'certificate:' || t.id"),
            Column("certificate", "登记号", Kind.CODE, "t.id::text"),
            Column("organ", "发证机关", Kind.ORGAN, "o.code"),
            Column("item", "事项编码", Kind.CODE, "i.code"),
            Column("type", "证照类型", Kind.CODE, "t.type_id"),
            Column("status", "证照状态", Kind.CODE, "t.status", dict(Certificate.Status.choices)),
            Column("recorded", "存量登记", Kind.FLAG, "t.matter_reference = ''"),
            Column(
                "origin",
                "签发方式",
                Kind.CODE,
                "coalesce(n.origin, '')",
                {"": "", **dict(Issuance.Origin.choices)},
                known="sealed",
            ),
        ),
        moments=(
            on_day("begun", "发证", "t.issued_on"),
            Moment("sealed", "电子证照签发", "n.sealed_at", "n.sealed_at"),
            on_day("ended", "失效", ENDED, ENDED_RECORDED),
        ),
        source="""certificates_certificate t join organs_organ o on o.id = t.organ_id join catalogue_item i on i.id = t.item_id
            left join lateral (select origin, sealed_at from certificates_issuance s
              where s.certificate_id = t.id and s.sealed_at is not null order by s.version limit 1) n on true
            where t.issued_on >= (%(since)s at time zone 'Asia/Shanghai')::date
              and t.issued_on < (%(until)s at time zone 'Asia/Shanghai')::date""",
        yearly=True,
        years="select extract(year from issued_on)::int, count(*) from certificates_certificate group by 1",
        touched="""select distinct extract(year from t.issued_on)::int from ledger_entry e
            join certificates_certificate t on e.subject in ('certificate:' || t.id, 'matter:' || t.matter_reference)
            where e.xid >= %(xid)s::text::xid8""",
    )
)
publish(
    Fact(
        id="certificate-uses",
        title="免证办",
        unit="次",
        grain="每次调用证照一行",
        columns=(
            Column("reference", "调用", Kind.CODE, "'use:' || u.id"),
            Column("organ", "用证机构", Kind.ORGAN, "o.code"),
            Column("type", "证照类型", Kind.CODE, "t.type_id"),
            Column("way", "调用方式", Kind.CODE, "u.way"),
            Column("matter", "办理编号", Kind.CODE, "u.matter_reference"),
        ),
        moments=(Moment("used", "调用", "u.used_at", "u.used_at"),),
        source="""certificates_use u join certificates_certificate t on t.id = u.certificate_id
            join organs_organ o on o.id = u.organ_id where u.used_at >= %(since)s and u.used_at < %(until)s""",
        yearly=True,
        years=f"select {YEAR_OF.format('used_at')}, count(*) from certificates_use group by 1",
        touched=f"""select distinct {YEAR_OF.format("e.at")} from ledger_entry e
            where e.xid >= %(xid)s::text::xid8 and (e.subject like 'certificate:%%' or e.subject like 'matter:%%')""",
    )
)
