"""Numbers that can belong to nobody: under the invented division 449931, with valid check characters."""

from __future__ import annotations

from datetime import date

from yiwang.foundation.identifiers import rules


def id_number(born: date = date(1990, 5, 17), serial: int = 1) -> str:
    """An invented 公民身份号码; ``serial`` 0–999, odd is male."""
    body = f"{rules.INVENTED_DIVISION}{born:%Y%m%d}{serial:03d}"
    return body + rules.id_check_character(body)


def uscc(serial: int = 1, kind: str = "91") -> str:
    """An invented 统一社会信用代码; ``kind`` 91 enterprise, 92 individual business, 11 organ."""
    body = f"{kind}{rules.INVENTED_DIVISION}MA{serial:07d}"
    return body + rules.uscc_check_character(body)


def phone(serial: int = 1) -> str:
    """A mobile number of the unassigned segment 154."""
    return f"1540000{serial:04d}"
