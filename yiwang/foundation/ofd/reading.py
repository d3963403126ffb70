"""Reading a document somebody brings: what it says, what its seal covers, and what does not fit. It may be hostile."""

from __future__ import annotations

import base64
import binascii
import io
import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree

from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.ofd.packing import ENTRY, SM3
from yiwang.foundation.ofd.pages import NAMESPACE

MOST_FILES, MOST_BYTES = 200, 50 * 1024 * 1024  # unpacked
_O = f"{{{NAMESPACE}}}"


class NotOFD(Exception):
    """The bytes are no OFD document we can read; the text says why."""


class NoSeal(NotOFD):
    """A document without exactly one seal."""


@dataclass(frozen=True, slots=True)
class Read:
    """A document taken apart. ``custom`` is what its CustomDatas say."""

    title: str
    custom: Mapping[str, str]
    files: Mapping[str, bytes]
    entry: ElementTree.Element

    @property
    def text(self) -> tuple[str, ...]:
        """The lines of its pages; read only when asked for, a seal is checked without. ``NotOFD`` for a broken page."""
        root_at = (_one(_one(self.entry, "DocBody"), "DocRoot").text or "").lstrip("/")
        lines: list[str] = []
        for page in _xml(self.files, root_at).iter(f"{_O}Page"):
            place = _beside(root_at, page.get("BaseLoc", ""))
            lines += [each.text or "" for each in _xml(self.files, place).iter(f"{_O}TextCode")]
        return tuple(lines)

    def signed(self) -> Signed:
        """The seal and what it covers. ``NoSeal``; a ``fault`` where a file was changed, added or taken away."""
        return _signed(self)


@dataclass(frozen=True, slots=True)
class Signed:
    """A sealed document: the SES_Signature, the SM3 digest it must cover, and the first thing that does not fit."""

    signature: bytes
    digest: bytes
    seal: bytes
    fault: str = ""


def read(content: bytes) -> Read:
    """Take a document apart. ``NotOFD`` for anything that is none, is damaged, too large or carries entities."""
    files = _unpacked(content)
    if ENTRY not in files:
        raise NotOFD("不是 OFD 文件")
    entry = _xml(files, ENTRY)
    body = _one(entry, "DocBody")
    custom = {each.get("Name", ""): each.text or "" for each in body.iter(f"{_O}CustomData")}
    title = body.find(f"{_O}DocInfo/{_O}Title")
    return Read(title.text or "" if title is not None else "", custom, files, entry)


def _signed(document: Read) -> Signed:
    files = document.files
    listed = document.entry.find(f"{_O}DocBody/{_O}Signatures")
    if listed is None or not listed.text:
        raise NoSeal("文件中没有电子印章")
    list_at = listed.text.lstrip("/")
    signatures = list(_xml(files, list_at).iter(f"{_O}Signature"))
    if len(signatures) != 1:
        raise NoSeal("文件中没有电子印章" if not signatures else "文件中有多个电子印章")
    place = _beside(list_at, signatures[0].get("BaseLoc", ""))
    signature = _xml(files, place)
    references = _one(signature, f"SignedInfo/{_O}References")
    value_at = _beside(place, _one(signature, "SignedValue").text or "")
    seal_at = _beside(place, _one(signature, f"SignedInfo/{_O}Seal/{_O}BaseLoc").text or "")
    fault = "签章没有使用 SM3 摘要" if references.get("CheckMethod") != SM3 else ""
    covered = set()
    for reference in references.iter(f"{_O}Reference"):
        name = _beside(place, reference.get("FileRef", ""))
        covered.add(name)
        try:
            stated = base64.b64decode(_one(reference, "CheckValue").text or "", validate=True)
        except binascii.Error:
            stated = b""
        if name not in files:
            fault = fault or f"缺少受签章保护的文件 {name}"
        elif sm3(files[name]) != stated:
            fault = fault or f"签章后 {name} 被改动"
    if left := sorted(files.keys() - covered - {place, value_at}):
        fault = fault or f"有未受签章保护的内容 {left[0]}"
    if value_at not in files or seal_at not in files:
        raise NoSeal("签章数据缺失")
    return Signed(files[value_at], sm3(files[place]), files[seal_at], fault)


def _unpacked(content: bytes) -> dict[str, bytes]:
    # A zip may carry anything before, between and behind its members: ours carries nothing.
    if content[:4] != b"PK\x03\x04" or content[-22:-18] != b"PK\x05\x06":
        raise NotOFD("不是 OFD 文件，或者文件首尾被附加了内容")
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MOST_FILES or sum(member.file_size for member in members) > MOST_BYTES:
                raise NotOFD("文件过大")
            for member in members:
                if member.filename in files:
                    raise NotOFD("压缩包内有重名文件")
                with archive.open(member) as stream:
                    data = stream.read(member.file_size + 1)  # what the directory says may be a lie
                if len(data) != member.file_size:
                    raise NotOFD("压缩包目录与内容不符")
                files[member.filename] = data
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise NotOFD("压缩包已损坏") from None
    return files


def _xml(files: Mapping[str, bytes], name: str) -> ElementTree.Element:
    if name not in files:
        raise NotOFD(f"缺少文件 {name[:80]}")
    try:
        text = files[name].decode("utf-8")
        if "<!" in text:  # neither a document type nor an entity belongs into an OFD file
            raise NotOFD("文件含有不允许的 XML 声明")
        return ElementTree.fromstring(text.partition("?>")[2] if text.startswith("<?xml") else text)
    except (UnicodeDecodeError, ElementTree.ParseError, RecursionError, ValueError):
        raise NotOFD(f"{name[:80]} 不是规范的 XML") from None


def _one(above: ElementTree.Element, path: str) -> ElementTree.Element:
    found = above.find(f"{_O}{path}")
    if found is None:
        raise NotOFD(f"缺少 {path.rpartition('}')[2]}")
    return found


def _beside(place: str, named: str) -> str:
    """A location as GB/T 33190 writes it: from the package's root with a leading slash, else beside the file."""
    if named.startswith("/"):
        return named[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(place), named))
