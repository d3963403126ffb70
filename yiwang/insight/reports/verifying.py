"""Re-adds every figure of a fact file on a machine that has nothing else: no database, no network, no settings.

``python -m yiwang.insight.reports.verifying FILE`` (``./yw report verify FILE``). Figures are added up with the standard library
alone; SM3 comes from the system's OpenSSL. Where the file comes from (seal, ledger) is judged in ``proving``, whether table
and page say the same in ``agreeing``; neither needs a database.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path
from statistics import median
from typing import Any

from yiwang.insight.reports import agreeing, proving
from yiwang.insight.reports.agreeing import SCALES
from yiwang.insight.reports.proving import Known, Line
from yiwang.kernel import pipes, unread

FORMAT = "yiwang-report/1"
MANIFEST, PAGE, TABLE = "report.json", "report.html", "figures.csv"
OWN = {MANIFEST, PAGE, TABLE, proving.SEAL, proving.ROOTS, proving.LEDGER, "README.txt"}
MOST = 512 * 1024 * 1024  # bytes unpacked


class NoFactFile(Exception):
    """The file is no fact file of ours; the text says why."""


def verify(
    data: bytes,
    *,
    digest: str = "",
    roots: Sequence[bytes] | None = None,
    checkpoints: Mapping[int, str] | None = None,
) -> tuple[dict[str, Any], list[Line]]:
    """The report's head and every check. ``digest``: the manifest's digest as the sealed report has it; ``roots``: certificates
    (DER) to judge seals by instead of those in the file; ``checkpoints``: published ones, text by number."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as box:
            if sum(entry.file_size for entry in box.infolist()) > MOST:
                raise NoFactFile("文件解开后过大")
            files = {entry.filename: box.read(entry) for entry in box.infolist() if not entry.is_dir()}
    except zipfile.BadZipFile:
        raise NoFactFile("不是事实文件（应为 .zip）") from None
    try:
        text = files[MANIFEST].decode()
        manifest = json.loads(text)
        if manifest["format"] != FORMAT:
            raise NoFactFile(f"不认识的格式 {manifest['format']}")
        return manifest["report"], list(_checked(manifest, text, files, digest, Known(roots, checkpoints)))
    except (KeyError, ValueError, TypeError, InvalidOperation) as broken:
        raise NoFactFile(f"事实文件不完整：{broken}") from None


def _checked(
    manifest: Mapping[str, Any], text: str, files: Mapping[str, bytes], digest: str, known: Known
) -> Iterator[Line]:
    made = hashlib.new("sm3", text.encode()).hexdigest()
    yield from proving.seal(files, bytes.fromhex(made), known)
    yield from proving.ledger(files, made, manifest["report"], known)
    if digest:
        yield Line("定稿摘要", made == digest.lower().replace(" ", ""), made)
    canonical = json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    yield Line("定稿内容按规范写成", canonical == text)
    figures = {one["name"]: one for one in manifest["figures"]}
    for one in figures.values():
        yield from _figure(one, figures, files)
    yield from _texts(manifest, figures)
    yield from _alike(files, manifest, figures)
    named = {one["file"] for one in figures.values() if "file" in one} | OWN
    for name in sorted(set(files) - named):
        yield Line(name, False, "定稿内容里没有这个文件")


def _figure(one: Mapping[str, Any], figures: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[Line]:
    title = one["title"]
    if "file" in one:
        data = files.get(one["file"])
        if data is None:
            yield Line(title, False, f"缺少明细 {one['file']}")
            return
        if hashlib.new("sm3", data).hexdigest() != one["file_digest"]:
            yield Line(title, False, f"明细 {one['file']} 与定稿时不同")
            return
        yield _added(one, data)
    value = _number(one["value"])
    said = printed(value, unit=one["unit"], places=one["places"], scale=one["scale"])
    if said != one["printed"]:
        yield Line(title, False, f"数值{one['value']}应印作{said}，定稿印作{one['printed']}")
    if one["parts"]:
        yield _parts(one, figures)
    if len(one["of"]) == 2:
        yield _rate(one, *(_number(figures[name]["value"]) for name in one["of"]))
    elif one["unit"] == "%" and "file" not in one and one["numerator"] and one["denominator"]:
        yield _rate(one, _number(one["numerator"]), _number(one["denominator"]))


def _added(one: Mapping[str, Any], data: bytes) -> Line:
    """The records counted again, as the figure says it is counted."""
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    if len({row["row"] for row in rows}) != len(rows):
        return Line(one["title"], False, "明细里有重复的行")
    top, bottom = _counted(one["measure"], rows)
    wanted = _number(one["numerator"]), _number(one["denominator"])
    shown = one["shows"]
    if one["rows"] is not None and len(rows) != one["rows"]:
        return Line(one["title"], False, f"明细{len(rows)}行，定稿为{one['rows']}行")
    if shown == "denominator":
        value = bottom
    elif shown == "numerator" or bottom is None:
        value = top
    else:
        value = top * one["factor"] / bottom if bottom else None
        if (top, bottom) != wanted:
            return Line(one["title"], False, f"明细为{top}÷{bottom}，定稿为{one['numerator']}÷{one['denominator']}")
    said = printed(value, unit=one["unit"], places=one["places"], scale=one["scale"])
    formula = f"{top}÷{bottom}" if bottom is not None and shown == "value" else f"{len(rows)}行"
    return Line(one["title"], said == one["printed"], f"{formula}，重算{said}，定稿{one['printed']}")


def _counted(measure: str, rows: list[dict[str, str]]) -> tuple[Decimal | None, Decimal | None]:
    chosen = [row for row in rows if row["counted"] == "1"]
    if measure == "count":
        return Decimal(len(chosen)), None
    if measure == "share":
        return Decimal(len(chosen)), Decimal(len(rows))
    values = [Decimal(row["value"]) for row in chosen]
    if measure == "median":
        return (Decimal(median(values)) if values else None), None
    added = sum(values, Decimal(0))
    if measure == "mean":
        return added, Decimal(len(values))
    if measure == "ratio":
        return added, sum((Decimal(row["over"]) for row in rows if row["over"]), Decimal(0))
    return added, None


def _parts(one: Mapping[str, Any], figures: Mapping[str, Any]) -> Line:
    listed = [figures[name] for name in one["parts"]]
    values = [_number(part["value"]) for part in listed]
    total = _number(one["value"])
    if total is None or any(value is None for value in values):
        return Line(f"{one['title']}的分项", False, "分项没有数")
    added = sum((value for value in values if value is not None), Decimal(0))
    steps = [Decimal(part["scale"]).scaleb(-part["places"]) for part in (one, *listed) if part["scale"] > 1]
    passed = abs(added - total) <= sum(steps, Decimal(0)) / 2
    formula = "+".join(part["value"] for part in listed)
    return Line(f"{one['title']}的分项", passed, f"{formula}={added}，定稿{one['value']}")


def _rate(one: Mapping[str, Any], top: Decimal | None, bottom: Decimal | None) -> Line:
    if top is None or not bottom:
        return Line(f"{one['title']}的分子分母", False, "分子或者分母没有数")
    said = printed(top * 100 / bottom, unit=one["unit"], places=one["places"], scale=1)
    return Line(f"{one['title']}的分子分母", said == one["printed"], f"{top}÷{bottom}={said}，定稿{one['printed']}")


def _texts(manifest: Mapping[str, Any], figures: Mapping[str, Any]) -> Iterator[Line]:
    """Every figure stands in the text as it is printed."""
    wrong = [
        f"{figures[name]['title']}印作{text}"
        for paragraph in manifest["paragraphs"]
        for text, name in paragraph["pieces"]
        if name and text != figures[name]["printed"]
    ]
    yield Line("正文里的数与数据一致", not wrong, "；".join(wrong))


def _alike(files: Mapping[str, bytes], manifest: Mapping[str, Any], figures: Mapping[str, Any]) -> Iterator[Line]:
    """The page and the table of figures say what was frozen."""
    if PAGE in files:
        marked, wrong = agreeing.page(files[PAGE].decode(), manifest, figures)
        yield Line("网页里的数与数据一致", not wrong, "；".join(wrong) or f"{marked}处")
    if TABLE in files:
        wrong = agreeing.table(files[TABLE], figures)
        yield Line("数据表与定稿一致", not wrong, "；".join(wrong) or f"{len(figures)}个")


def printed(value: Decimal | None, *, unit: str, places: int, scale: int) -> str:
    """As the report prints it; kept apart from the house's own so that one can prove the other."""
    if value is None:
        return ""
    step = Decimal(1).scaleb(-places)
    shown = (value / scale).quantize(step, ROUND_HALF_UP)
    if unit == "%":
        if value == 100:
            return "100%"
        if shown == 100 and value < 100:
            shown = value.quantize(step, ROUND_DOWN)
        return f"{shown:f}%"
    return f"{shown:f}{SCALES[scale]}"


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


USAGE = """用法：./yw report verify 文件.zip [--digest 定稿摘要] [--roots 根证书.pem] [--checkpoints 存证.jsonl]
      逐个重算报告事实文件里的数，核验发文机关的印章，以及签发时台账所记的就是这些内容；不需要数据库，不联网。
      给出 --roots 时印章须由这些根证书签发；给出 --checkpoints（从 /ledger/checkpoints/ 或留存处取得的公布的存证）时，
      文件所附的存证须与之相同。两者给出其一，缺少印章或存证证明就算不符。
      有一处不符时退出码为 1，读不懂文件为 2。"""


def main(arguments: list[str]) -> int:
    """The command. 0: everything fits; 1: something does not; 2: no fact file."""
    digest, named, published = (_given(option, arguments) for option in ("--digest", "--roots", "--checkpoints"))
    if len(arguments) != 2 or arguments[0] != "verify" or "--help" in arguments:
        print(USAGE)  # noqa: T201
        return 0 if "--help" in arguments else 2
    try:
        roots = proving.pem(Path(named).read_text("ascii")) if named else None
        if roots == []:
            raise NoFactFile(f"{named} 中没有根证书（PEM）")
        known = proving.checkpoints(Path(published).read_text("utf-8")) if published else None
        data = Path(arguments[1]).read_bytes()
        head, lines = verify(data, digest=digest, roots=roots, checkpoints=known)
    except (OSError, ValueError, NoFactFile) as error:
        says = (
            f"{error.filename or arguments[1]} 打不开：{unread.why(error)}"
            if isinstance(error, OSError)
            else f"{arguments[1]}：{error}"
        )
        print(says, file=sys.stderr)  # noqa: T201
        return 2
    wrong, left = [line for line in lines if not line.passed], [line for line in lines if line.open]
    print(f"{head['organ']}　{head['title']}　第{head['edition']}版　成文日期 {head['signed_on']}")  # noqa: T201
    for line in lines:
        mark = "未验" if line.open else "通过" if line.passed else "不符"
        print(f"  {mark}  {line.what}　{line.says}".rstrip())  # noqa: T201
    print(f"核对{len(lines)}项，不符{len(wrong)}项{f'，未验{len(left)}项' if left else ''}。")  # noqa: T201
    return 1 if wrong else 0


def _given(option: str, arguments: list[str]) -> str:
    """The value of an option, taken out of the arguments."""
    if option not in arguments:
        return ""
    place = arguments.index(option)
    value = "".join(arguments[place + 1 : place + 2])
    del arguments[place : place + 2]
    return value


if __name__ == "__main__":
    sys.exit(pipes.heard(main, sys.argv[1:]))
