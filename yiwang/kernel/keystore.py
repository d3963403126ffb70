"""Keys of this installation, encrypted at rest: SM4 data keys, HMAC keys, SM2 private keys, each with id and first day.

A *ring* holds the keys of one purpose (``files``, ``files-names``, ``people``, ``seal-organ-12``). Rotation adds a key
that is used from a stated moment; older ones stay, for decrypting and verifying. One folder is one store:

    passphrase                       only if YW_KEY_PASSPHRASE is not set: made at first use, mode 0600
    store/store.json                 salt and scrypt cost, and a token that proves the passphrase
    store/ring/<purpose>/0001.json   one key: id, kind, valid_from, public part, and the secret under SM4-GCM

Writers of the same key race for the file name; the loser reads what the winner wrote, so a ring never forks.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from yiwang.kernel import sm4
from yiwang.kernel.refusal import NotFound, Refusal

PASSPHRASE = "YW_KEY_PASSPHRASE"
COST = {"n": 2**15, "r": 8, "p": 1}  # 32 MiB and about 0.1 s, once per process
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
PURPOSE = re.compile(r"[a-z][a-z0-9-]{0,60}")


class WrongPassphrase(Refusal):
    """The store was made with another passphrase; nothing in it can be read."""

    code = "wrong-passphrase"


@dataclass(frozen=True, slots=True)
class Key:
    """One key. ``secret`` is never printed; ``public`` is empty for symmetric kinds."""

    id: str
    purpose: str
    kind: str  # sm4 (16 bytes) | hmac (32 bytes) | sm2 (32 bytes)
    valid_from: datetime
    public: bytes
    secret: bytes = field(repr=False)


class KeyStore:
    """The keys in one folder. Cheap to make; the passphrase is stretched once, at the first key."""

    def __init__(self, folder: Path, passphrase: str | None = None) -> None:
        self.folder = folder
        self.store = folder / "store"
        self._given = passphrase
        self._wrapping: bytes | None = None
        self._opened: dict[str, Key] = {}

    def current(self, purpose: str, *, kind: str, at: datetime) -> Key:
        """The key of ``purpose`` in use at ``at``; the first one is made when the ring is empty.

        Only symmetric kinds are made by themselves; an SM2 ring must have been filled with ``add``.
        """
        key_id = next((i for i, begins in reversed(list(self._listed(purpose))) if begins <= at), None)
        if key_id is None:
            if kind == "sm2":
                raise NotFound(f"密钥库中没有用途为“{purpose}”的签名密钥。")
            return self.add(purpose, kind=kind, secret=_fresh(kind), valid_from=ALWAYS, number=1)
        return self.get(key_id)

    def get(self, key_id: str) -> Key:
        """The key with that id, current or not. Refuses an unknown id and one whose file was altered."""
        if key_id not in self._opened:
            purpose, _, number = key_id.rpartition(".")
            path = self._path(purpose, number)
            if not number.isdigit() or not path.exists():
                raise NotFound(f"密钥库中没有编号为“{key_id}”的密钥。")
            self._opened[key_id] = self._open(json.loads(path.read_text()))
        return self._opened[key_id]

    def add(
        self,
        purpose: str,
        *,
        kind: str,
        secret: bytes,
        valid_from: datetime,
        public: bytes = b"",
        number: int | None = None,
    ) -> Key:
        """Keep a key under the next number of its ring. With ``number``, an existing key of that number is answered."""
        taken = [key_id for key_id, _ in self._listed(purpose)]
        wanted = f"{number or len(taken) + 1:04d}"
        line: dict[str, Any] = {
            "id": f"{purpose}.{wanted}",
            "purpose": purpose,
            "kind": kind,
            "valid_from": valid_from.astimezone(UTC).isoformat(),
            "public": public.hex(),
        }
        sealed = sm4.encrypt(self._unlock(), secret, about=_bound(line))
        if not _write_new(self._path(purpose, wanted), json.dumps({**line, "secret": sealed.hex()}, indent=1)):
            if number is None:
                return self.add(purpose, kind=kind, secret=secret, valid_from=valid_from, public=public)
            return self.get(line["id"])
        return self.get(line["id"])

    def rotate(self, purpose: str, *, kind: str, valid_from: datetime) -> Key:
        """A new symmetric key, used from ``valid_from`` on. Refuses a moment before the newest key's own."""
        newest = max((begins for _, begins in self._listed(purpose)), default=ALWAYS)
        if valid_from < newest:
            raise Refusal("新密钥的启用时间早于现用密钥，不能轮换。", code="rotation-in-the-past")
        return self.add(purpose, kind=kind, secret=_fresh(kind), valid_from=valid_from)

    def ids(self, purpose: str) -> list[str]:
        """Every key id of a ring, oldest first."""
        return [key_id for key_id, _ in self._listed(purpose)]

    def purposes(self) -> list[str]:
        """Every ring that holds a key."""
        return sorted(p.name for p in (self.store / "ring").glob("*") if any(p.glob("*.json")))

    def reseal(self, passphrase: str) -> int:
        """Wrap every key under a new passphrase; answers how many. The keys themselves do not change.

        Written beside the old store and swapped at the end, so that a crash leaves one whole store.
        """
        keys = [self.get(key_id) for purpose in self.purposes() for key_id in self.ids(purpose)]
        fresh = KeyStore(self.folder / "new", passphrase)
        _remove(fresh.folder)
        for key in keys:
            number = int(key.id.rpartition(".")[2])
            fresh.add(
                key.purpose,
                kind=key.kind,
                secret=key.secret,
                public=key.public,
                valid_from=key.valid_from,
                number=number,
            )
        fresh._unlock()
        self.store.rename(self.folder / "retired")
        (fresh.folder / "store").rename(self.store)  # a crash before this line: ``_recover`` takes the old store back
        _remove(self.folder / "retired")
        _remove(fresh.folder)
        (self.folder / "passphrase").unlink(missing_ok=True)
        self._given, self._wrapping = passphrase, None
        self._opened.clear()
        return len(keys)

    # -- the folder ---------------------------------------------------------------------------------------------

    def _path(self, purpose: str, number: str) -> Path:
        if not PURPOSE.fullmatch(purpose):
            raise NotFound(f"“{purpose}”不是密钥用途。")
        self._recover()
        return self.store / "ring" / purpose / f"{number}.json"

    def _listed(self, purpose: str) -> Iterator[tuple[str, datetime]]:
        folder = self._path(purpose, "0000").parent
        for path in sorted(folder.glob("[0-9]*.json")):
            yield f"{purpose}.{path.stem}", datetime.fromisoformat(json.loads(path.read_text())["valid_from"])

    def _open(self, line: dict[str, Any]) -> Key:
        try:
            secret = sm4.decrypt(self._unlock(), bytes.fromhex(line["secret"]), about=_bound(line))
        except sm4.Tampered:
            raise Refusal(f"密钥“{line['id']}”的文件已被改动，不能使用。", code="key-tampered") from None
        begins = datetime.fromisoformat(line["valid_from"])
        return Key(line["id"], line["purpose"], line["kind"], begins, bytes.fromhex(line["public"]), secret)

    def _unlock(self) -> bytes:
        """The wrapping key, stretched from the passphrase with the store's own salt."""
        if self._wrapping is None:
            path = self.store / "store.json"
            if not path.exists():
                salt = secrets.token_bytes(16)
                wrapping = self._stretch(salt, COST)
                proof = sm4.encrypt(wrapping, b"yiwang key store", about=salt)
                _write_new(path, json.dumps({"scrypt": COST, "salt": salt.hex(), "proof": proof.hex()}))
            kept = json.loads(path.read_text())
            salt = bytes.fromhex(kept["salt"])
            wrapping = self._stretch(salt, kept["scrypt"])
            try:
                sm4.decrypt(wrapping, bytes.fromhex(kept["proof"]), about=salt)
            except sm4.Tampered:
                raise WrongPassphrase(f"密钥库口令不正确，请检查环境变量 {PASSPHRASE}。") from None
            self._wrapping = wrapping
        return self._wrapping

    def _recover(self) -> None:
        retired = self.folder / "retired"
        if retired.exists() and not self.store.exists():
            retired.rename(self.store)

    def _stretch(self, salt: bytes, cost: dict[str, int]) -> bytes:
        return Scrypt(salt=salt, length=sm4.KEY_BYTES, **cost).derive(self._passphrase().encode())

    def _passphrase(self) -> str:
        if given := self._given or os.environ.get(PASSPHRASE):
            return given
        path = self.folder / "passphrase"
        if not path.exists():
            _write_new(path, secrets.token_urlsafe(32))
        return path.read_text()


@lru_cache
def at(folder: Path) -> KeyStore:
    """The store in that folder, one per process, so that the passphrase is stretched once."""
    return KeyStore(folder)


def _fresh(kind: str) -> bytes:
    return secrets.token_bytes({"sm4": sm4.KEY_BYTES, "hmac": 32}[kind])


def _bound(line: dict[str, Any]) -> bytes:
    """What the tag covers beside the secret, so that a key file cannot be renamed or re-dated."""
    return json.dumps([line[name] for name in ("id", "purpose", "kind", "valid_from", "public")]).encode()


def _write_new(path: Path, text: str) -> bool:
    """Write a 0600 file that must not exist yet, whole or not at all; False if somebody was first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.link(draft, path)  # unlike rename, refuses to replace
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def _remove(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    if folder.exists():
        folder.rmdir()
