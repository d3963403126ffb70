"""What is irregular in a history that came in from another system, in the words a clerk reads.

A line keeps codes; most are refusals of our own engine, guards and clocks, which a log went past. A code nobody wrote words
for is a guard's: it is shown as that guard's objection, code and all.
"""

from __future__ import annotations

from collections.abc import Iterable

WORDS = {
    # the order of steps
    "not-opened": "办件从中间开始，没有收件",
    "already-open": "已经收件，又收了一次",
    "not-now": "当时的状态不应办理这一步",
    "not-yet": "应先办的步骤还没有办",
    "already-taken": "只能办一次的步骤办了多次",
    "same-hands": "应由不同的人办理，实际是同一人",
    "no-such-step": "映射没有列出的活动，只留记录",
    "repeated-row": "与前一条一字不差的重复记录",
    # times
    "end-before-start": "结束早于开始",
    "in-the-future": "时间晚于导入当天",
    "promised-end-before-start": "计划完成日早于起算日，按通常天数计算",
    "legal-end-before-start": "法定完成日早于起算日，按通常天数计算",
    "planned-end-unreadable": "计划完成日读不懂",
    "legal-end-unreadable": "法定完成日读不懂",
    "started-unreadable": "开始时间读不懂",
    "outside-calendar": "期限超出日历范围，不计时",
    "unknown-organ": "映射没有列出的单位，记在承办单位名下",
    # clocks
    "clock": "期限不允许这样办理，期限照走",
    "clock-days": "期限天数不合理",
    "clock-ground": "暂停的理由不在允许之列，期限照走",
    "clock-notice": "暂停没有书面通知，期限照走",
    "clock-before-start": "日期早于期限起算之日，期限照走",
    "clock-paused": "已经暂停，又以同一理由暂停",
    "clock-not-paused": "没有暂停过，无从恢复",
    "clock-resumes-before": "恢复早于暂停，期限照走",
    "clock-extended": "期限已经延长过一次",
    "clock-extension-days": "延长的天数超出允许",
    "clock-extension-reason": "延长没有写明理由",
    "clock-extension-approver": "延长没有负责人批准",
    "clock-overdue": "期限届满以后才延长",
    "clock-stopped": "期限已经停止，不再变动",
    "no-budget": "不知道期限有多少天，不计时",
    # guards
    "not-at-once": "没有即时告知不予受理",
    "no-reasons": "没有写明理由",
    "no-remedies": "没有告知复议和诉讼的权利",
    "days-range": "写明的天数不合理",
    "counter-not-authorised": "窗口没有得到授权",
}


def words(code: str) -> str:
    """``not-now`` → 当时的状态不应办理这一步."""
    return WORDS.get(code) or f"不符合本系统的办理条件（{code}）"


def sentence(codes: Iterable[str]) -> str:
    """All that is irregular about one line; empty where nothing is."""
    return "；".join(words(code) for code in codes)
