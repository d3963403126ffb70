"""Is a receipt what was written, and does the kept table still say the same about the same facts?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.kernel.refusal import NotFound
from yiwang.services.automatic import rules
from yiwang.services.automatic.declarations import OUTCOMES, digest
from yiwang.services.automatic.models import Receipt, TableVersion
from yiwang.services.automatic.rules import CannotReplay, Check

LARGEST_FILE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Found:
    """What a verification found, check by check."""

    number: str
    table: str
    outcome: str
    article: str
    engine: str
    checks: list[Check]

    @property
    def valid(self) -> bool:
        return all(check.passed for check in self.checks)


def verify(what: str) -> Found:
    """``what`` is a receipt's number, or the path of a file downloaded from its page.

    Refused: a number nobody gave, a file that is no receipt, a table this house never kept.
    """
    path = Path(what)
    if not path.is_file():
        row = Receipt.objects.filter(number=what.strip().upper()).first()
        if row is None:
            raise NotFound(f"没有凭证文件，也没有凭证号 {what}。", code="no-such-receipt")
        return _examine(row.text)
    if path.stat().st_size > LARGEST_FILE:
        raise CannotReplay("文件太大，不是一份凭证。")
    try:
        return _examine(path.read_text().strip())
    except UnicodeDecodeError:
        raise CannotReplay("这不是一份自动决定凭证。") from None


def _examine(text: str) -> Found:
    try:
        said = json.loads(text)
        number, table, engine = str(said["receipt"]), said["table"], str(said["engine"])
        title = f"{table['title']} 第{table['version']}版"
        outcome, article = OUTCOMES[said["outcome"]], str(said["article"])
        named = str(table["digest"])
    except (ValueError, KeyError, TypeError):
        raise CannotReplay("这不是一份自动决定凭证，或者内容残缺。") from None
    found = digest(text)
    row = Receipt.objects.filter(number=number).first()
    checks = [
        Check("凭证登记", row is not None, number),
        Check("凭证摘要", row is not None and row.digest == found, found[:16]),
        Check("台账记载", _in_the_ledger(number, found)),
    ]
    version = TableVersion.objects.filter(digest=named).exclude(state=TableVersion.State.DRAFT).first()
    if version is None:
        checks.append(Check("决策表原文", False, "本系统没有保存这份决策表"))
    else:
        checks += rules.replay(text, version.content)
    now = rules.engine_version()
    return Found(number, title, outcome, article, now if now == engine else f"{now}（作出决定时为 {engine}）", checks)


def _in_the_ledger(number: str, found: str) -> bool:
    """The line written with the decision names this very digest."""
    entry = LedgerEntry.objects.filter(subject=f"receipt:{number}", ordinal=1).first()
    return entry is not None and json.loads(entry.body)["detail"].get("receipt_digest") == found
