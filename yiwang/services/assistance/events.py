"""What the ledger says about numbers, appointments, originals and terminals."""

from yiwang.foundation.ledger.events import declare

declare(
    **{
        "assistance.ticket-taken": "取号{number}",
        "assistance.ticket-called": "{counter}叫号{number}，第{calls}次",
        "assistance.ticket-missed": "{number}过号",
        "assistance.ticket-served": "{number}办完",
        "assistance.counter-paused": "窗口暂离",
        "assistance.counter-resumed": "窗口恢复叫号",
        "assistance.appointment-booked": "预约{day} {starts_at}",
        "assistance.appointment-cancelled": "取消预约{day} {starts_at}",
        "assistance.originals-handed-over": "移交原件{count}份",
        "assistance.terminal-registered": "登记自助终端{terminal}",
        "assistance.terminal-retired": "停用自助终端{terminal}",
        "assistance.kiosk-entered": "在自助终端{terminal}刷身份证",
    }
)
