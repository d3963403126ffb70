"""SM2: our signing against gmssl (pure Python) and against ``openssl speed`` on the same machine, in alternating slices.

Counted per second of processor time, because that is what ``openssl speed`` reports; the figure is the median over the
slices, so that a busy moment spoils no ratio.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from gmssl.sm2 import CryptSM2

from bench._machine import verdict, versions
from yiwang.foundation.seals import sm2, vectors

ROUNDS, SLICE = 7, 0.5
DATA = b"m" * 200


def rate(deed: Callable[[], object]) -> float:
    """Calls a second of processor time, over one slice."""
    count, start = 0, time.process_time()
    while (spent := time.process_time() - start) < SLICE:
        deed()
        count += 1
    return count / spent


def openssl() -> tuple[float, float]:
    """Signatures and verifications a second as OpenSSL's own benchmark finds them (C, one process)."""
    done = subprocess.run(
        ["openssl", "speed", "-seconds", "1", "sm2"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"SM2 \(CurveSM2\).*?([\d.]+)\s+([\d.]+)\s*$", done, re.MULTILINE)
    if found is None:
        raise SystemExit("openssl speed has no SM2")
    return float(found[1]), float(found[2])


def share(ours: list[float], theirs: list[float]) -> float:
    """The median over rounds of ours as per cent of theirs measured next to it."""
    return 100 * statistics.median(own / other for own, other in zip(ours, theirs, strict=True))


def main() -> int:
    key = sm2.KeyPair(vectors.PUBLIC, vectors.SECRET)
    signature = sm2.sign(key, DATA)
    peer = CryptSM2(private_key=vectors.SECRET.hex(), public_key=vectors.PUBLIC[1:].hex())
    theirs = peer.sign_with_sm3(DATA)
    if not peer.verify_with_sm3(theirs, DATA) or not sm2.verify(key.public, DATA, signature):
        raise SystemExit("a signature does not verify: nothing to measure")
    print(f"subject: {sm2.engine().version}; peers: {versions('gmssl')}, openssl speed of the same library")
    ours, gmssl, speed = [], [], []
    our_checks, their_checks, speed_checks = [], [], []
    for _ in range(ROUNDS):
        ours.append(rate(lambda: sm2.sign(key, DATA)))
        our_checks.append(rate(lambda: sm2.verify(key.public, DATA, signature)))
        signs, verifies = openssl()
        speed.append(signs)
        speed_checks.append(verifies)
        gmssl.append(rate(lambda: peer.sign_with_sm3(DATA)))
        their_checks.append(rate(lambda: peer.verify_with_sm3(theirs, DATA)))
    middle = statistics.median
    print(f"sign: ours {middle(ours):,.0f}/s, openssl speed {middle(speed):,.0f}/s, gmssl {middle(gmssl):,.1f}/s")
    print(
        f"verify: ours {middle(our_checks):,.0f}/s, openssl speed {middle(speed_checks):,.0f}/s, "
        f"gmssl {middle(their_checks):,.1f}/s"
    )
    print(
        f"against gmssl: sign {middle(ours) / middle(gmssl):.1f}×, "
        f"verify {middle(our_checks) / middle(their_checks):.1f}×"
    )
    pair = (1 / middle(gmssl) + 1 / middle(their_checks)) / (1 / middle(ours) + 1 / middle(our_checks))
    shares = (share(ours, speed), share(our_checks, speed_checks))
    kept = [
        verdict("a signature and its check, against gmssl", pair, 20),
        verdict("sign, of openssl speed", shares[0], 90, " %"),
        verdict("verify, of openssl speed", shares[1], 90, " %"),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
