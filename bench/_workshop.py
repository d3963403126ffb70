"""A test authority with one organ's seal, without the database and the disk: what sealed sheets are measured with."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

from yiwang.foundation.seals import certificates, pictures, rules, sm2

ON = date(2026, 9, 24)
NOW = datetime(2026, 9, 24, 2, 0, tzinfo=UTC)
ORGAN = "云溪县市场监督管理局"
FACE = pictures.draw(organ=ORGAN, kind="行政审批专用章")
SEAL_NAME = "行政审批专用章（测试用）"


class Workshop:
    """Root, seal maker and signer of one organ, and its seal."""

    def __init__(self) -> None:
        until = NOW + timedelta(days=365)
        authority, maker_key, self.key = sm2.generate(), sm2.generate(), sm2.generate()

        def certify(holder: certificates.Holder, issuer: bytes | None) -> bytes:
            return certificates.make(
                holder=holder,
                issuer=issuer,
                sign=lambda data: sm2.sign(authority, data),
                valid_from=NOW,
                valid_until=until,
            )

        self.root = certify(certificates.Holder("根", ORGAN, authority.public, authority=True), None)
        maker = certify(certificates.Holder("制章", ORGAN, maker_key.public), self.root)
        self.signer = certify(certificates.Holder("行政审批专用章", ORGAN, self.key.public), self.root)
        self.seal = rules.make_seal(
            es_id="YW1",
            name=SEAL_NAME,
            face=FACE,
            signer=self.signer,
            maker=maker,
            sign=lambda data: sm2.sign(maker_key, data),
            created_at=NOW,
            valid_from=NOW,
            valid_until=until,
        )

    def signed(self, digest: bytes, extensions: Mapping[str, bytes] | None = None) -> bytes:
        """The SES_Signature over a digest."""
        return rules.sign_digest(
            seal=self.seal,
            digest=digest,
            signer=self.signer,
            sign=lambda data: sm2.sign(self.key, data),
            at=NOW,
            extensions=extensions,
        )

    def room(self, more: int) -> int:
        """Bytes to leave in a PDF for seal, certificate and ``more``."""
        return len(self.seal) + len(self.signer) + more


def picture(svg: str, width: int) -> str:
    """An SVG inside the HTML of a peer's page."""
    quoted = svg.replace("%", "%25").replace("#", "%23").replace('"', "'")
    return f'<img width="{width}" src="data:image/svg+xml;utf8,{quoted}">'


def cost(make: Callable[[int], object], number: int) -> tuple[float, float]:
    """Processor seconds and wall seconds of one."""
    wall, busy = time.perf_counter(), time.process_time()
    make(number)
    return time.process_time() - busy, time.perf_counter() - wall
