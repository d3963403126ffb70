"""The fact file: manifest, one table of all figures, the records of each as CSV, and the page, in one archive."""

from __future__ import annotations

import csv
import io
import ssl
import zipfile
from collections.abc import Mapping, Sequence

from yiwang.insight.reports.exports import page
from yiwang.insight.reports.exports.manifest import Manifest, canonical
from yiwang.insight.reports.proving import LEDGER, ROOTS, SEAL

MOMENT = (1980, 1, 1, 0, 0, 0)  # the same content gives the same file
COLUMNS = (
    "name", "title", "kind", "printed", "unit", "value", "numerator", "denominator", "from", "until", "cut_off", "scope",
    "indicator", "indicator_version", "rows", "rows_digest", "file", "source", "batch", "signer", "note", "last_value",
    "last_note",
)  # fmt: skip
README = """本文件是一份报告的事实文件。report.json 为定稿内容，figures.csv 为全部数据及口径，rows/ 为各数据的明细（编号已换成
加盐的行号，不能据以查人），report.html 为带标注的网页。

逐个重算：./yw report verify 本文件.zip
不需要数据库，不联网。定稿摘要（SM3）登记在行为台账：{digest}
seal.der 是发文机关印章对定稿摘要的签章（GB/T 38540）。ledger.json 是签发时的那条台账记录和它的存证证明（RFC 6962，SM3）：
记录里有定稿摘要，记录在某一号存证的树根之下，存证由政务服务和数据管理局用印；该号存证也公布在 /ledger/checkpoints/，可以取来用
--checkpoints 指定。roots.pem 是验章所用的根证书；根证书应与发布机关网站 /certificates/trust/ 公布的一致，也可以另行取得后用
--roots 指定。
"""


def archive(
    manifest: Manifest,
    rows: Mapping[str, bytes],
    *,
    digest: str,
    number: str = "",
    seal: bytes = b"",
    ledger: bytes = b"",
    roots: Sequence[bytes] = (),
) -> bytes:
    """The archive. ``rows`` maps the file named in the manifest to its CSV; ``seal`` is the organ's over the digest, ``ledger`` the
    line of the signature with its proof (JSON), ``roots`` the certificates (DER) both are judged by."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        _put(box, "report.json", canonical(manifest).encode())
        _put(box, "figures.csv", _figures(manifest))
        _put(box, "report.html", page.html(manifest, number=number).encode())
        _put(box, "README.txt", README.format(digest=digest).encode())
        if seal:
            _put(box, SEAL, seal)
        if ledger:
            _put(box, LEDGER, ledger)
        if seal or ledger:
            _put(box, ROOTS, "".join(ssl.DER_cert_to_PEM_cert(root) for root in roots).encode())
        for name, data in sorted(rows.items()):
            _put(box, name, data)
    return out.getvalue()


def _put(box: zipfile.ZipFile, name: str, data: bytes) -> None:
    box.writestr(zipfile.ZipInfo(name, MOMENT), data, zipfile.ZIP_DEFLATED)


def _figures(manifest: Manifest) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, extrasaction="ignore", lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(manifest["figures"])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
