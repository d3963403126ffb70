"""Which lines of the ledger are looks at somebody's data, what they are called, and which stay secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DISPUTE = "services.data-dispute"
DUTY = "为履行法定职责所必需（个人信息保护法 第十三条第一款第三项、第三十四条）"
CONSENT = "您的同意（个人信息保护法 第十三条第一款第一项）"
SECRET = "judicial"  # 依法协助调查: who may not be told is not told (第十八条第一款、第三十五条)
LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of look: a sentence over the line's detail, and its basis."""

    says: str
    basis: str
    refused: bool = False


KINDS: Mapping[str, Kind] = {
    "people.unmasked": Kind("查看您的完整{field}（用途：{purpose}）", DUTY),
    "certificates.looked-at": Kind("查看证照 {number}（{way}，{consent}）", CONSENT),
    "certificates.look-declined": Kind("有单位想查看证照 {number}，您没有同意", "没有看到任何内容", refused=True),
    "certificates.look-refused": Kind("想查看证照 {number}，系统没有允许", "没有看到任何内容", refused=True),
    "cases.copy-reused": Kind("再次使用您以前交过的材料", CONSENT),
}


def told(event: str, detail: Mapping[str, Any]) -> str | None:
    """The sentence the person reads; ``None`` for what is no look, or may not be told."""
    kind = KINDS.get(event)
    if kind is None or (event == "people.unmasked" and detail.get("code") == SECRET):
        return None
    return kind.says.format_map(_Blank(detail))


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""
