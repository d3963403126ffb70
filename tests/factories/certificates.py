"""Electronic certificates of the restaurant kind, and tables of old ones."""

from __future__ import annotations

from datetime import date, datetime

from tests.factories import cases
from yiwang.kernel.permissions import SYSTEM
from yiwang.services.certificates import actions
from yiwang.services.certificates.models import Certificate

VALUES = {"premises": "云溪县城关街道人民路16号", "operations": "热食类食品制售", "manager": "林小满"}
HEADS = "证照编号,持证主体,持证主体代码,发证日期,有效期起,有效期至,经营场所,经营项目,食品安全管理人员"
ROW = "JY001,云溪县城关街道小满面馆,92449931MA0000001W,2024-09-23,2024年9月23日,2029/9/22,人民路16号,热食,林小满"


def table(*rows: str) -> bytes:
    """A CSV as an office's spreadsheet saves it."""
    return "\r\n".join([HEADS, *(rows or (ROW,))]).encode("gb18030")


def sealed(party_id: int, *, number: str, since: date, until: date, at: datetime) -> Certificate:
    """A certificate with both its sealed files."""
    made = actions.record_existing(
        number=number,
        name="食品经营许可证",
        item_code=cases.FOOD,
        party_id=party_id,
        valid_from=since,
        valid_until=until,
        values=VALUES,
        by=SYSTEM,
        at=at,
    )
    actions.render(issuance_id=made.issuances.get().pk, at=at)
    return made


def business_licence(party_id: int, *, at: datetime) -> Certificate:
    """The 营业执照 a restaurant licence asks for, with what it says."""
    return actions.record_existing(
        number="92449931MA0000001W",
        name="营业执照",
        item_code="511A0074300005",
        party_id=party_id,
        valid_from=date(2024, 9, 23),
        valid_until=None,
        values={"business": "餐饮服务", "premises": VALUES["premises"]},
        by=SYSTEM,
        at=at,
    )
