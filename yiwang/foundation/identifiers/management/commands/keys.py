"""``./yw keys list | rotate``: the installation's keys, new ones for data, and everything turned to them."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yiwang.foundation.calendar.today import now
from yiwang.foundation.identifiers import cipher
from yiwang.kernel import keystore, names
from yiwang.kernel.permissions import SYSTEM
from yiwang.kernel.refusal import Refusal
from yiwang.kernel.subcommands import Subcommands

RENEW_SEALS = "keys.renew-seals"
HOOKS = "keys.rotated."  # a room that keeps ciphertexts registers ``keys.rotated.<room>(by=, at=) -> int``


class Command(BaseCommand):
    help = (
        "密钥：list 列出密钥用途和编号（不显示密钥）；rotate 启用新的数据密钥和索引密钥，并把已存内容、索引改用新密钥"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        deeds = Subcommands(parser, metavar="list|rotate")
        deeds.add_parser("list", help="列出每种用途的密钥编号与类别")
        rotate = deeds.add_parser(
            "rotate", help="启用新的数据密钥和索引密钥；旧密钥保留，供解密和查找；中断后再次运行 --continue 即可接着做"
        )
        rotate.add_argument("--only", metavar="用途", help="只轮换一种用途（如 people）；缺省为全部数据密钥和索引密钥")
        rotate.add_argument("--seals", action="store_true", help="只更换印章的签名密钥和证书；旧印章所签文书仍可核验")
        rotate.add_argument("--continue", dest="resume", action="store_true", help="不启用新密钥，只把余下内容改完")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["deed"] == "list":
                self.list_keys()
            elif options["seals"]:
                self.renew_seals()
            else:
                self.rotate(only=options["only"], resume=options["resume"])
        except Refusal as refusal:
            raise CommandError(refusal.says) from refusal

    def list_keys(self) -> None:
        store = cipher.store()
        for purpose in store.purposes():
            for key_id in store.ids(purpose):
                key = store.get(key_id)
                self.stdout.write(f"{key_id}  {key.kind}  {key.valid_from:%Y-%m-%d %H:%M} 起用")

    def renew_seals(self) -> None:
        """New signing keys and certificates for every seal in use; the room of seals registers how."""
        renewed = names.hook[RENEW_SEALS](by=SYSTEM, at=now())
        self.stdout.write(f"印章：{renewed} 枚已更换签名密钥。旧印章停用，所签文书仍可核验。")

    def rotate(self, *, only: str | None, resume: bool) -> None:
        store, at = cipher.store(), now()
        rings = {p: kind for p in store.purposes() if (kind := _rotating(p, store))}
        if only is not None and only not in rings:
            raise CommandError(f"没有用途为“{only}”的数据密钥或索引密钥。现有：{'、'.join(rings) or '无'}")
        if not resume:
            for ring in [only] if only else rings:
                key_id = store.rotate(ring, kind=rings[ring], valid_from=at).id
                self.stdout.write(f"{ring}：已启用 {key_id}")
        for name in names.hook:
            if name.startswith(HOOKS):
                turned = names.hook[name](by=SYSTEM, at=at)
                self.stdout.write(f"{name.removeprefix(HOOKS)}：{turned} 项已改用新密钥")
        self.stdout.write("旧密钥已保留，用于读取备份中的内容；印章密钥用 --seals 更换。")


def _rotating(purpose: str, store: keystore.KeyStore) -> str:
    """The kind of a ring whose keys are turned here; empty for signing keys, and for digests that must stay the same."""
    kind = store.get(store.ids(purpose)[-1]).kind
    return kind if kind == "sm4" or (kind == "hmac" and purpose.endswith("-index")) else ""
