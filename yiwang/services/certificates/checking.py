"""Is this file a certificate of ours, untouched, and in force on that day? Pure: needs the file, roots and a status list.

The same function answers the public page and ``./yw certificate verify`` offline.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from yiwang.foundation.calendar.today import SHANGHAI, day_of
from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.ofd import reading
from yiwang.foundation.seals import rules as seals
from yiwang.foundation.seals.rules import Check
from yiwang.services.certificates import faces
from yiwang.services.certificates.statuslist import WORDS, BadList, StatusList, read

StandsOn = Callable[[str, date], str | None]
STANDING = "证照状态"
RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")


@dataclass(frozen=True, slots=True)
class Examined:
    """What examining a file found. ``public`` is what anybody may be shown: no holder, no particulars."""

    checks: tuple[Check, ...]
    identifier: str = ""
    seal_name: str = ""
    is_test: bool = False
    signed_at: datetime | None = None
    public: Mapping[str, str] | None = None

    @property
    def valid(self) -> bool:
        return bool(self.checks) and all(check.passed for check in self.checks)

    @property
    def says(self) -> str:
        """One sentence."""
        if self.valid:
            return "证照有效" + ("（测试用印章，不具法律效力）。" if self.is_test else "。")
        failed = next(check for check in self.checks if not check.passed)
        return f"查验未通过：{failed.name}——{failed.found}。"


@dataclass(frozen=True, slots=True)
class _Taken:
    signature: bytes
    digest: bytes
    fault: str
    custom: Mapping[str, str] | None


def examine(content: bytes, *, roots: Iterable[bytes], stands: StandsOn, on: date) -> Examined:
    """Cover, signature, chain, seal, digest, metadata, and the standing on the day ``on``; the first fault ends it.

    ``stands(identifier, day)`` answers the letter of the status list, or ``None`` for a certificate nobody issued.
    """
    try:
        taken = _taken(content)
    except _Refused as why:
        return Examined((Check("文件格式", False, str(why)),))
    if taken.fault:
        return Examined((Check("签章覆盖全文", False, taken.fault),))
    verdict = seals.verify(taken.signature, digest=taken.digest, roots=roots)
    checks = [Check("签章覆盖全文", True), *verdict.checks]
    told = (verdict.seal_name, verdict.is_test, verdict.signed_at)
    if not verdict.valid:
        return Examined(tuple(checks), "", *told)
    metadata = _metadata(verdict.extensions.get(faces.METADATA, b""))
    identifier = verdict.extensions.get(faces.IDENTIFIER, b"").decode("ascii", "replace")
    fault = _mismatch(metadata, identifier, taken.custom)
    checks.append(Check("证照元数据", not fault, fault))
    if fault:
        return Examined(tuple(checks), identifier, *told)
    fault = _standing(metadata, stands(identifier, on), on, verdict.signed_at)
    checks.append(Check(STANDING, not fault, fault))
    shown = (
        "证照名称",
        "证照编号",
        "证照标识",
        "证照颁发机构",
        "证照颁发日期",
        "证照有效期起始日期",
        "证照有效期截止日期",
    )
    return Examined(tuple(checks), identifier, *told, {name: metadata[name] for name in shown})


def offline(content: bytes, *, listed: bytes, roots: Iterable[bytes], on: date) -> Examined:
    """``examine`` against a published status list; a list that is forged, damaged or does not reach that day refuses."""
    trusted = tuple(roots)
    try:
        found: StatusList = read(listed)
    except BadList as why:
        return Examined((Check("状态名录", False, str(why)),))
    verdict = found.verdict(lambda signature, digest: seals.verify(signature, digest=digest, roots=trusted))
    if not verdict.valid:
        return Examined((Check("状态名录", False, f"名录的{verdict.says.rstrip('。')}"),))
    if on > found.good_until:
        says = f"名录只能用到{found.good_until:%Y-%m-%d}，请下载最新名录"
        return Examined((Check("状态名录", False, says),))
    try:
        examined = examine(content, roots=trusted, stands=found.state, on=on)
        says = f"{found.issued_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}发布，此后的变动不在其中"
        return replace(examined, checks=(Check("状态名录", True, says), *examined.checks))
    except BadList as why:
        return Examined((Check("状态名录", False, str(why)),))


class _Refused(Exception):
    pass


def _taken(content: bytes) -> _Taken:
    """The seal of a PDF or an OFD, by the first bytes."""
    if content[:4] == b"PK\x03\x04":
        try:
            document = reading.read(content)
            signed = document.signed()
        except reading.NotOFD as why:
            raise _Refused(str(why)) from None
        return _Taken(signed.signature, signed.digest, signed.fault, document.custom)
    if (whole := _whole_pdf(content)) is not None:
        return whole
    from yiwang.foundation.letters import pdfsign  # a second of imports, paid by whoever brings a PDF

    try:
        found = pdfsign.read(content)
    except pdfsign.Unsigned as why:
        raise _Refused(str(why)) from None
    return _Taken(found.signature, found.digest, found.fault, None)


def _whole_pdf(content: bytes) -> _Taken | None:
    """The seal of a PDF whose last signature covers every byte but its own hexadecimal value, found without reading the
    document's structure: whatever the structure says, all of it is then under the seal. ``None`` for any other file."""
    if not content.startswith(b"%PDF-") or (found := RANGE.search(content, content.rfind(b"/ByteRange"))) is None:
        return None
    first, second, rest = (int(number) for number in found.groups())
    gap = content[first:second]
    if not first < second or second + rest != len(content) or gap[:1] != b"<" or gap[-1:] != b">":
        return None
    try:
        padded = binascii.unhexlify(gap[1:-1])
    except binascii.Error:
        return None
    return _Taken(_value(padded), sm3(content[:first] + content[second:]), "", None)


def _value(padded: bytes) -> bytes:
    """The DER value without the zeros that fill the room it was given."""
    if len(padded) < 2 or padded[1] < 0x80:
        return padded[: 2 + padded[1]] if len(padded) > 1 else padded
    size = padded[1] & 0x7F
    return padded[: 2 + size + int.from_bytes(padded[2 : 2 + size], "big")]


def _metadata(sealed: bytes) -> Mapping[str, str]:
    try:
        said = json.loads(sealed)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _mismatch(metadata: Mapping[str, str], identifier: str, custom: Mapping[str, str] | None) -> str:
    if not metadata or not identifier:
        return "签章有效，但不是电子证照"
    if metadata.get("证照标识") != identifier:
        return "证照标识与签章所载不符"
    if custom is not None and dict(custom) != dict(metadata):
        return "文件中的元数据与签章所载不符"
    return ""


def _standing(metadata: Mapping[str, str], state: str | None, on: date, signed_at: datetime | None) -> str:
    day = f"{on:%Y-%m-%d}"
    if state is None:
        before = signed_at is not None and on < day_of(signed_at)
        return f"{day}尚未签发" if before else "名录中没有这份证照，不是登记在册的证照或签发晚于名录"
    if state not in {"V", "N"}:  # a renewed one counts to its own last day
        return f"{day}{WORDS.get(state, '状态不明')}"
    until, since = metadata["证照有效期截止日期"], metadata["证照有效期起始日期"]
    if until and day > until:
        return f"有效期至{until}，{day}已过期"
    return f"有效期自{since}起，{day}尚未生效" if day < since else ""
