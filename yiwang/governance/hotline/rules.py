"""Decisions about an order. Pure: what a clerk typed in, days and counts in, what may stand in the row out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from yiwang.foundation.identifiers import masking
from yiwang.foundation.identifiers import rules as identifiers
from yiwang.kernel.refusal import Fault, Refusal
from yiwang.kernel.workdays import OrdinalTable

LONGEST_TITLE, LONGEST_CONTENT, LONGEST_PLACE = 120, 4000, 200
SATISFIED = frozenset({"best", "good", "fair"})
OVER_THE_NETWORK = frozenset({"portal", "mobile", "open311", "kiosk"})
BUSINESS, UNLISTED = "business", "unlisted"  # the unit complained of is none of the list: it is named in the words
RECUSED = "本件投诉的是热线机构自己或它的主管单位，热线机构应当回避，由指定的监督单位核退单、裁定、审核、回访和研判。"
OWN_STEPS = frozenset({"urged", "supplement", "withdraw"})  # of whoever sent the order
OPEN_TO_MERGE = frozenset({"recorded", "dispatched", "handling"})


class Flood(Refusal):
    """One number, or one client, hands in more than a person has to say."""

    code = "too-many-orders"
    status = 429


class Accused(Refusal):
    """The unit complained of, or one under it, is to handle the complaint."""

    code = "accused"
    article = "优化营商环境条例 第四十九条"


@dataclass(frozen=True, slots=True)
class Intake:
    """What is written down of one voice. ``phone`` and ``name`` are encrypted when kept; empty where nobody said. ``against``:
    the code of the unit a 营商环境投诉 complains of, or ``UNLISTED``.
    ``counter``: the window it is about, as ``place/number``."""

    kind: str
    topic: str
    title: str
    content: str
    channel: str
    town: str = ""
    place: str = ""
    latitude: float | None = None
    longitude: float | None = None
    item: str = ""
    firm: bool = False
    urgent: bool = False
    disclosure: str = "open"
    name: str = ""
    phone: str = ""
    party_id: int | None = None
    client_id: int | None = None
    against: str = ""
    counter: str = ""


def checked(
    said: Intake,
    *,
    kinds: frozenset[str],
    topics: frozenset[str],
    towns: frozenset[str],
    units: frozenset[str] = frozenset(),
    business: frozenset[str] = frozenset(),
    counters: frozenset[str] = frozenset(),
) -> Intake:
    """The intake as it may be kept: trimmed, numbers of persons in the text masked, the phone in its usual form.

    Refused, every fault at once: an unknown kind, topic, town or window; no title or content, or too long; half a point; a phone that
    is none; nobody to call back in an order that asks for an answer and is not anonymous; a 营商环境投诉 that names no unit of
    ``units`` nor ``UNLISTED``, or is about nothing of ``business``; a unit complained of in any other order.
    """
    faults: list[Fault] = []
    title, content, place = said.title.strip(), said.content.strip(), said.place.strip()
    if said.kind not in kinds:
        faults.append(Fault("kind", "请选择诉求类型。", "choice"))
    if said.topic not in topics:
        faults.append(Fault("topic", "请选择诉求主题。", "choice"))
    if said.counter and said.counter not in counters:
        faults.append(Fault("counter", "没有这个窗口，请从列表选择。", "choice"))
    faults += _business_faults(said, units, business)
    if said.town and said.town not in towns:
        faults.append(Fault("town", "没有这个镇街，请从列表选择。", "choice"))
    for name, text, most, asked in (
        ("title", title, LONGEST_TITLE, "请用一句话写明诉求。"),
        ("content", content, LONGEST_CONTENT, "请写明诉求内容。"),
        ("place", place, LONGEST_PLACE, ""),
    ):
        if asked and not text:
            faults.append(Fault(name, asked, "missing"))
        elif len(text) > most or "\0" in text:
            faults.append(Fault(name, f"最多{most}字，且不能有特殊控制字符。", "too-long"))
    if (said.latitude is None) != (said.longitude is None) or not _on_earth(said.latitude, said.longitude):
        faults.append(Fault("latitude", "经纬度须成对填写，并在正常范围内。", "range"))
    phone = said.phone.strip()
    if phone:
        try:
            phone = identifiers.check_phone(phone)
        except Refusal as refusal:
            faults.append(Fault("phone", refusal.says, refusal.code))
    elif said.disclosure != "anonymous" and said.party_id is None:
        faults.append(Fault("phone", "请填写联系电话；不愿留电话的请选匿名。", "missing"))
    if len(said.name.strip()) > 60 or "\0" in said.name:
        faults.append(Fault("name", "姓名最多60字。", "too-long"))
    if faults:
        raise Refusal(faults[0].says, code="intake", faults=faults)
    anonymous = said.disclosure == "anonymous"
    return replace(
        said,
        title=masking.scrubbed(title),
        content=masking.scrubbed(content),
        place=masking.scrubbed(place),
        phone="" if anonymous else phone,
        name="" if anonymous else said.name.strip(),
        firm=said.firm or said.kind == BUSINESS,
    )


def _business_faults(said: Intake, units: frozenset[str], business: frozenset[str]) -> list[Fault]:
    if said.kind != BUSINESS:
        return [Fault("against", "只有营商环境投诉填写被投诉单位。", "choice")] if said.against else []
    faults = []
    if said.against != UNLISTED and said.against not in units:
        faults.append(Fault("against", "请选择被投诉的单位；列表里没有的，选“不在列表中”并在内容里写明。", "missing"))
    if said.topic not in business:
        faults.append(Fault("topic", "请从“营商环境”各项中选择投诉的是哪一类。", "choice"))
    return faults


def _on_earth(latitude: float | None, longitude: float | None) -> bool:
    if latitude is None or longitude is None:
        return True
    return -90 <= latitude <= 90 and -180 <= longitude <= 180


def order_number(received_on: date, matter_id: int) -> str:
    """工单编号: the day of receipt and the matter's own number; unique because that is."""
    return f"{received_on:%Y%m%d}{matter_id:07d}"


def list_title(*, kind: str, topic: str, town: str) -> str:
    """What lists show of an order: codes in words, nothing a caller said."""
    return f"{kind}：{topic}{f'（{town}）' if town else ''}"


def may_return(*, designated: bool, given_on: date | None, on: date, days: int, table: OrdinalTable) -> Refusal | None:
    """A unit designated by a ruling may not return the order; anybody else within ``days`` working days of getting it."""
    if designated:
        return Refusal("本件由热线机构裁定由你单位承办，不得再退单。", code="designated", article="首接负责、裁定指定")
    if given_on is not None and table.elapsed(given_on, on) > days:
        says = f"派单已超过{days}个工作日，不能再退单。确有争议的，请先办理并报热线机构协调。"
        return Refusal(says, code="too-late-to-return")
    return None


def sits_in(posts: Iterable[tuple[int, str]], organ_id: int) -> bool:
    """True of whoever has any post there; ``posts`` are (organ, role)."""
    return any(place == organ_id for place, _ in posts)


def recused(posts: Iterable[tuple[int, str]], hotline_id: int) -> Refusal | None:
    """Why whoever sits in the hotline does not judge a complaint of it; ``posts`` are (organ, role)."""
    return Accused(RECUSED) if sits_in(posts, hotline_id) else None


def flooded(count: int, most: int) -> Refusal | None:
    """More orders of one number in a day than the pack lets in over the network."""
    if count < most:
        return None
    return Flood(f"同一号码今天已提交{count}件，请拨打12345由话务员登记，或对原工单补充、催办。")


def overdue(due_at: datetime | None, done_at: datetime | None, at: datetime) -> bool:
    """A promise in minutes that was not kept, or has not been by ``at``."""
    return due_at is not None and (done_at or at) > due_at
