"""Pure decisions about people: how names sort, what a mandate covers, why somebody may look at a whole number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from yiwang.kernel.permissions import Doer, Permission
from yiwang.kernel.refusal import NotAllowed, Refusal

LONGEST_MANDATE_DAYS = 3 * 366
NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+([·•][\u3400-\u9fff\U00020000-\U0003ffff]+)*")
LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z .'-]*")


class Purpose(StrEnum):
    """Why a whole number is looked at. The code goes into the ledger."""

    CASE = "case"
    CONTACT = "contact"
    IDENTITY = "identity"
    INSPECTION = "inspection"
    COMPLAINT = "complaint"
    JUDICIAL = "judicial"


PURPOSES = {
    Purpose.CASE: "办理本单位办件",
    Purpose.CONTACT: "联系当事人",
    Purpose.IDENTITY: "核对身份",
    Purpose.INSPECTION: "现场核查",
    Purpose.COMPLAINT: "处理投诉",
    Purpose.JUDICIAL: "依法协助调查",
}
WECHAT = "wechat"  # sealed like the rest and turned with it, but never looked at by staff
FIELDS = {"id_number": "公民身份号码", "phone": "手机号码", "address": "住址"}


CORRECTED = {"name": "姓名", "id_number": "公民身份号码", "phone": "手机号码", "address": "住址"}
PROVEN = ("name", "id_number")  # put right only against a document


def sort_key(name: str) -> str:
    """Pinyin with tone numbers, then the name itself: ``林小满`` → ``lin2 xiao3 man3 林小满``."""
    from pypinyin import Style, lazy_pinyin  # a third of a second, paid when a name is registered

    return " ".join([*lazy_pinyin(name, style=Style.TONE3, neutral_tone_with_five=True), name])


def check_name(text: str, *, field: str = "name") -> str:
    """A person's name as on the card: Chinese characters (a dot in between), or Latin letters."""
    name = re.sub(r"\s+", " ", text).strip().replace("•", "·")
    if not 2 <= len(name) <= 60 or not (NAME.fullmatch(name) or LATIN_NAME.fullmatch(name)):
        raise Refusal("姓名应与身份证一致，为 2 至 60 个汉字（可含间隔号“·”）或字母。", code="name", field=field)
    return name


def check_purpose(code: str) -> Purpose:
    """The purpose, or a refusal: nobody looks without saying why."""
    try:
        return Purpose(code)
    except ValueError:
        raise Refusal("请选择查看完整信息的用途。", code="purpose", field="purpose") from None


def check_field(name: str) -> str:
    if name not in FIELDS:
        raise Refusal("没有这项信息。", code="unknown-field", field="field")
    return name


def covers(
    *, scope: str, item_codes: Sequence[str], matter_reference: str, item_code: str = "", reference: str = ""
) -> bool:
    """True if a mandate of that scope lets its agent act on this item or this matter.

    An item named by its 31 characters covers its 33-character handling items.
    """
    if scope == "all":
        return True
    if scope == "matter":
        return bool(reference) and reference == matter_reference
    return bool(item_code) and any(item_code.startswith(code) for code in item_codes)


def check_term(from_on: date, until_on: date, *, on: date) -> None:
    """A mandate ends after it begins, lies not wholly in the past, and lasts at most three years."""
    if until_on <= from_on:
        raise Refusal("委托截止日须晚于起始日。", code="mandate-term", field="until_on")
    if until_on <= on:
        raise Refusal("委托截止日已过。", code="mandate-term", field="until_on")
    if (until_on - from_on).days > LONGEST_MANDATE_DAYS:
        raise Refusal("委托期限最长三年，到期可再次委托。", code="mandate-term", field="until_on")


def refuse_foreign_counter(by: Doer) -> None:
    """Only whoever receives at a counter registers other people (and the system, from packs)."""
    if not by.may(Permission.CASE_RECEIVE):
        raise NotAllowed("只有窗口收件人可以登记群众和单位。")
