"""Encrypted blobs on disk: written whole or not at all, named by keyed digest, the key's id beside the ciphertext.

    YWF1 | length of key id (1 byte) | key id | nonce (12) | ciphertext | tag (16)

The blob's name is authenticated with it, so that one blob cannot stand in for another.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from yiwang.kernel import keystore, sm4
from yiwang.kernel.refusal import Refusal

MAGIC = b"YWF1"
KEYS, NAMES = "files", "files-names"  # rings of the key store; the second never rotates, or digests would not compare


class Damaged(Refusal):
    """A blob is missing or does not decrypt: an alarm for the administrator, not the user's mistake."""

    code = "file-damaged"

    def __init__(self) -> None:
        super().__init__("文件在存储中缺失或已损坏，请联系系统管理员从备份恢复。")


def folder() -> Path:
    return Path(settings.VAR) / "files"


def keyed_digest(content: bytes) -> str:
    """HMAC-SM3 of a content, 64 hex digits. Keyed, because the plain digest of a short form could be guessed."""
    key = _store().current(NAMES, kind="hmac", at=keystore.ALWAYS)
    return hmac.new(key.secret, content, "sm3").hexdigest()


def new_name(digest: str) -> str:
    """A name for a new blob: keyed digest over the content's digest and a fresh number, so two uploads never share."""
    return keyed_digest(bytes.fromhex(digest) + secrets.token_bytes(16))


def write(name: str, content: bytes, *, at: datetime) -> str:
    """Encrypt under the key in use at ``at`` and put in place atomically; answers the key's id."""
    key = _store().current(KEYS, kind="sm4", at=at)
    head = MAGIC + bytes([len(key.id)]) + key.id.encode()
    path = path_of(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(head + sm4.encrypt(key.secret, content, about=head + name.encode()))
            out.flush()
            os.fsync(out.fileno())
        draft.rename(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync(path.parent)
    return key.id


def read(name: str) -> bytes:
    """The content of a blob; ``Damaged`` if it is missing, altered, or another blob's ciphertext."""
    try:
        raw = path_of(name).read_bytes()
        if raw[:4] != MAGIC:
            raise Damaged
        end = 5 + raw[4]
        key = _store().get(raw[5:end].decode("ascii"))
        return sm4.decrypt(key.secret, raw[end:], about=raw[:end] + name.encode())
    except (FileNotFoundError, IndexError, UnicodeDecodeError, sm4.Tampered):
        raise Damaged from None


def remove(name: str) -> None:
    """Take a blob away; one that is gone already is fine."""
    path_of(name).unlink(missing_ok=True)


def names(older_than: float) -> Iterator[str]:
    """Names of blobs last written before that moment (seconds since the epoch), drafts of crashed writes included."""
    for path in folder().glob("??/??/*"):
        if path.stat().st_mtime < older_than:
            yield path.name


def path_of(name: str) -> Path:
    bare = name.lstrip(".")
    return folder() / bare[:2] / bare[2:4] / name


def current_key(at: datetime) -> str:
    """The id of the key that encrypts new blobs at that moment."""
    return _store().current(KEYS, kind="sm4", at=at).id


def _store() -> keystore.KeyStore:
    return keystore.at(settings.VAR / "keys")


def _sync(path: Path) -> None:
    """Make the rename itself durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
