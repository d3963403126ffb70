"""Pure decisions about certificates: when a renewal may be asked, what silence grants, who is barred until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from yiwang.kernel.refusal import Refusal
from yiwang.kernel.workdays import OrdinalTable, Unit

DAY = timedelta(days=1)
ARTICLE_50 = "行政许可法 第五十条"
FALSEHOOD, FRAUD = "行政许可法 第七十八条", "行政许可法 第七十九条"
BARRED_YEARS = {FALSEHOOD: 1, FRAUD: 3}
NOT_GIVEN_OUT = ("suspended", "withdrawn", "revoked", "struck", "cancelled")  # no window hands such a certificate out
DEFAULT_RENEW_BEFORE = 30  # natural days before expiry, where no rule says otherwise (第五十条第一款)


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which a renewal may be applied for, both included; ``opens`` is empty where nothing limits it."""

    opens: date | None
    last: date


def renewal_window(
    expires: date, table: OrdinalTable, *, renew_from: int | None = None, renew_until: int | None = None, unit: str = ""
) -> Window:
    """Counted back from the last day of validity: thirty natural days unless the guide says otherwise (第五十条第一款).

    The applicant's term keeps its calendar day: who applies online may do so on a rest day.
    """
    counted = Unit(unit) if unit else Unit.NATURAL_DAY
    until = DEFAULT_RENEW_BEFORE if renew_until is None else renew_until
    last = table.latest_before(expires, until, counted, earlier=False)
    opens = None if renew_from is None else table.latest_before(expires, renew_from, counted, earlier=False)
    return Window(opens, last)


def refuse_outside(window: Window, on: date, late_effect: str = "") -> Refusal | None:
    """A renewal asked too late or too early is no renewal; the guide says what follows."""
    if on > window.last:
        last = f"{window.last.year}年{window.last.month}月{window.last.day}日"
        says = f"延续申请最晚应在{last}提出，已经过期。{late_effect or '请按新办申请。'}"
        return Refusal(says, code="renewal-too-late", article=ARTICLE_50)
    if window.opens and on < window.opens:
        opens = f"{window.opens.year}年{window.opens.month}月{window.opens.day}日"
        return Refusal(f"还没有到可以申请延续的时间，请从{opens}起申请。", code="renewal-too-early", article=ARTICLE_50)
    return None


def days_to_decide(received_on: date, expires: date, table: OrdinalTable) -> int:
    """Working days the organ has before the certificate expires: its decision must come before that day is over."""
    return max(0, table.elapsed(received_on, expires))


def prolonged(valid_from: date, valid_until: date) -> tuple[date, date]:
    """What silence grants: the same length again, from the day after the old one's last (第五十条第二款).

    A whole number of years stays so many years, leap days or not; any other length is kept in days.
    """
    begins = valid_until + DAY
    years = begins.year - valid_from.year
    if years > 0 and begins == years_after(valid_from, years):
        return begins, years_after(begins, years) - DAY
    return begins, begins + (valid_until - valid_from)


def years_after(day: date, years: int) -> date:
    """The same day so many years on; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def barred_until(article: str, from_on: date) -> date:
    """The first day on which the party may apply again: one year (第七十八条) or three (第七十九条) after the decision."""
    return years_after(from_on, BARRED_YEARS[article]) + DAY


def refuse_barred(until_on: date, article: str, on: date) -> Refusal | None:
    """Not before that day."""
    if on >= until_on:
        return None
    day = f"{until_on.year}年{until_on.month}月{until_on.day}日"
    return Refusal(
        f"因隐瞒情况、提供虚假材料或以不正当手段取得许可，{day}前不得再次申请这项许可。", code="barred", article=article
    )


LAST_VERSION = 999  # three digits in the identifier (GB/T 36904)
REPLACED = "replaced"  # how an older version stands once the next was issued
LIVING = ("valid", "suspended")
