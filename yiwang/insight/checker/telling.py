"""What the checker says of files: lines for people, or one JSON object a claim and nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from yiwang.insight.checker.checking import check
from yiwang.insight.checker.claims import Claim
from yiwang.insight.checker.extracting import extract
from yiwang.insight.checker.plain import Text
from yiwang.kernel import unread
from yiwang.kernel.refusal import Refusal

ABOUT = (
    "核对报告里的数：分项与合计、比率与分子分母、占比、增减、前后两处、截止日期与成文日期、括号。发现不符时退出码为 1。"
)
FILES = ".txt、.md、.docx、.pdf 或 .html，可给多份"
JSON = "每条结论一行 JSON，标准输出上别无其他"


class Writer(Protocol):
    """Where the lines go: standard output, or what stands for it."""

    def write(self, text: str, /) -> object: ...


MARKS = {"consistent": "相符", "inconsistent": "请核对", "infeasible": "不可能", "unverifiable": "无法核对"}
RIGHT, WRONG, UNREAD = 0, 1, 2


def tell(names: Sequence[str], out: Writer, *, as_json: bool) -> tuple[int, list[str]]:
    """Checks each file and writes to ``out``; the exit status and what to say of files that could not be read.

    1 if any claim is inconsistent or infeasible, else 2 if a file could not be read; the others are checked all the same.
    """
    wrong, missed = 0, []
    for name in names:
        try:
            raw = extract(name, Path(name).read_bytes())
        except OSError as failed:
            missed.append(f"{name} 打不开：{unread.why(failed)}")
            continue
        except Refusal as refusal:
            missed.append(refusal.says)
            continue
        text, claims = check(raw)
        wrong += sum(claim.wrong for claim in claims)
        if as_json:
            for claim in claims:
                out.write(json.dumps({"file": name, **claim.as_dict(text)}, ensure_ascii=False) + "\n")
        else:
            _lines(name, text, claims, out)
    return (WRONG if wrong else UNREAD if missed else RIGHT), missed


def _lines(name: str, text: Text, claims: Sequence[Claim], out: Writer) -> None:
    found = [claim for claim in claims if claim.wrong]
    left = sum(claim.verdict == "unverifiable" for claim in claims)
    unsure = f"，无法核对{left}处" if left else ""
    agree = len(claims) - len(found) - left
    if not claims:
        out.write(f"{name}：没有找到可以互相核对的数。\n")
        return
    out.write(f"{name}：核对{len(claims)}处，相符{agree}处，请核对{len(found)}处{unsure}。\n")
    for claim in found:
        told = claim.as_dict(text)
        line = text.raw.count("\n", 0, told["start"]) + 1
        quote = " ".join(told["quote"].split())
        out.write(f"  第{line}行 [{MARKS[claim.verdict]}] {claim.says}\n")
        out.write(f"      “{quote[:120]}{'……' if len(quote) > 120 else ''}”\n")
