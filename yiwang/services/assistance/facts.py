"""What figures may know of halls and terminals: tickets and how long they waited, terminals, 笔 and 人次 apart."""

from __future__ import annotations

from yiwang.kernel.facts import Column, Fact, Kind, Moment, publish
from yiwang.services.assistance.models import KioskTransaction, Terminal, Ticket

WAITED = "greatest(0, floor(extract(epoch from t.called_at - greatest(t.taken_at, t.due_at)) / 60))::bigint"
AT_TERMINAL = "join assistance_terminal d on d.id = t.terminal_id join organs_organ o on o.id = d.organ_id join organs_place p on p.id = d.place_id"
DEVICE = (
    Column("organ", "管理机构", Kind.ORGAN, "o.code"),
    Column("place", "场所", Kind.PLACE, "p.code"),
    Column("terminal", "终端", Kind.CODE, "d.code"),
    Column("terminal_kind", "终端类别", Kind.CODE, "d.kind", dict(Terminal.Kind.choices)),
)

publish(
    Fact(
        id="terminals",
        title="自助终端",
        unit="台",
        grain="每台终端一行",
        key="terminal",
        columns=DEVICE,
        moments=(
            Moment("begun", "登记", "d.registered_at", "d.registered_at"),
            Moment("ended", "停用", "d.retired_at", "d.retired_at"),
        ),
        source="assistance_terminal d join organs_organ o on o.id = d.organ_id join organs_place p on p.id = d.place_id",
    )
)
publish(
    Fact(
        id="kiosk-transactions",
        title="终端业务",
        unit="笔",
        grain="每笔一行",
        columns=(
            Column("reference", "业务", Kind.CODE, "'kiosk:' || t.id"),
            *DEVICE,
            Column("kind", "业务类别", Kind.CODE, "t.kind", dict(KioskTransaction.Kind.choices)),
            Column("identified", "刷证办理", Kind.FLAG, "t.visit_id is not null"),
        ),
        moments=(Moment("done", "办理", "t.at", "t.at"),),
        source=f"assistance_kiosktransaction t {AT_TERMINAL}",
    )
)
publish(
    Fact(
        id="kiosk-visits",
        title="终端使用",
        unit="人次",
        grain="每人次一行",
        columns=(Column("reference", "人次", Kind.CODE, "'visit:' || t.id"), *DEVICE),
        moments=(Moment("opened", "开始", "t.opened_at", "t.opened_at"),),
        source=f"assistance_kioskvisit t {AT_TERMINAL}",
    )
)
publish(
    Fact(
        id="tickets",
        title="排队号",
        unit="个",
        grain="每次取号一行",
        columns=(
            Column("reference", "排队号", Kind.CODE, "'ticket:' || t.id"),
            Column("organ", "管理机构", Kind.ORGAN, "o.code"),
            Column("place", "场所", Kind.PLACE, "p.code"),
            Column("queue", "取号队列", Kind.CODE, "t.queue"),
            Column("booked", "预约", Kind.FLAG, "t.appointment_id is not null"),
            Column("counter", "叫号窗口", Kind.CODE, "coalesce(p.code || '.' || w.number, '')", known="called"),
            Column("waited", "等候分钟", Kind.WHOLE, WAITED, known="called"),
            Column("missed", "过号", Kind.FLAG, f"t.state = '{Ticket.State.MISSED.value}'", known="ended"),
        ),
        moments=(
            Moment("taken", "取号", "t.taken_at", "t.taken_at"),
            Moment("called", "叫号", "t.called_at", "t.called_at"),
            Moment("ended", "办完", "t.ended_at", "t.ended_at"),
        ),
        source="""assistance_ticket t join organs_place p on p.id = t.place_id join organs_organ o on o.id = p.organ_id
            left join organs_counter w on w.id = t.counter_id""",
    )
)
