"""Seal and signature structures of GB/T 38540: what verification finds, in the standard's order."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from yiwang.foundation.ledger.rules import sm3
from yiwang.foundation.seals import certificates, pictures, rules, sm2
from yiwang.foundation.seals.certificates import Holder
from yiwang.foundation.seals.ses import CertDigestList, SESeal, SESSignature
from yiwang.kernel.refusal import Refusal

NOW = datetime(2026, 9, 24, 2, 0, 1, tzinfo=UTC)
END = NOW + timedelta(days=365)
DATA = "准予行政许可决定书".encode()


class Workshop:
    """A small CA with a seal maker and one seal."""

    def __init__(self, *, seal_until=END, listed=None):
        self.ca, self.maker_key, self.key = sm2.generate(), sm2.generate(), sm2.generate()
        self.root = self.certify(Holder("根", "云溪县", self.ca.public, authority=True), None)
        self.maker = self.certify(Holder("制章", "云溪县", self.maker_key.public), self.root)
        self.signer = self.certify(Holder("行政审批专用章", "云溪县市场监督管理局", self.key.public), self.root)
        self.seal = rules.make_seal(
            es_id="YW0000010001",
            name="云溪县市场监督管理局行政审批专用章（测试用）",
            face=rules.Face("<svg/>", 42, 42),
            signer=listed or self.signer,
            maker=self.maker,
            sign=lambda data: sm2.sign(self.maker_key, data),
            created_at=NOW,
            valid_from=NOW,
            valid_until=seal_until,
        )

    def certify(self, holder, issuer, key=None):
        return certificates.make(
            holder=holder,
            issuer=issuer,
            sign=lambda data: sm2.sign(key or self.ca, data),
            valid_from=NOW,
            valid_until=END,
        )

    def sign(self, **changes):
        wanted = {
            "seal": self.seal,
            "digest": sm3(DATA),
            "signer": self.signer,
            "sign": lambda data: sm2.sign(self.key, data),
            "at": NOW + timedelta(hours=1),
        }
        return rules.sign_digest(**wanted | changes)

    def verify(self, signature, data=DATA):
        return rules.verify(signature, digest=sm3(data), roots=[self.root])


@pytest.fixture(scope="module")
def workshop():
    return Workshop()


def failed(verdict):
    """The name of the check that failed; everything before it passed."""
    assert not verdict.valid
    assert all(check.passed for check in verdict.checks[:-1])
    return verdict.checks[-1].name


def test_changed_data_is_found_last(workshop):
    verdict = workshop.verify(workshop.sign(), DATA + b".")
    assert failed(verdict) == "原文摘要"
    assert len(verdict.checks) == 8


def test_something_that_is_no_signature_is_said_to_be_none(workshop):
    for junk in (b"", b"\x30\x00", b"PDF", workshop.seal, workshop.sign() + b"\0"):
        assert failed(workshop.verify(junk)) == "签章格式"


def test_another_signature_value_is_found(workshop):
    whole = SESSignature.load(workshop.sign())
    whole["signature"] = sm2.sign(sm2.generate(), whole["toSign"].dump())
    assert failed(workshop.verify(whole.dump(force=True))) == "签章签名"


def test_a_time_moved_after_signing_breaks_the_signature(workshop):
    whole = SESSignature.load(workshop.sign())
    whole["toSign"]["timeInfo"] = NOW
    assert failed(workshop.verify(whole.dump(force=True))) == "签章签名"


def test_a_certificate_of_another_authority_is_not_trusted(workshop):
    verdict = rules.verify(workshop.sign(), digest=sm3(DATA), roots=[Workshop().root])
    assert failed(verdict) == "签章人证书"


def test_a_certificate_that_only_names_our_authority_is_not_trusted(workshop):
    stranger = sm2.generate()
    forged = workshop.certify(Holder("冒名", "云溪县", workshop.key.public), workshop.root, key=stranger)
    assert failed(workshop.verify(workshop.sign(signer=forged))) == "签章人证书"


def test_a_signer_cannot_issue_certificates(workshop):
    mine = sm2.generate()
    under = certificates.make(
        holder=Holder("下家", "云溪县", mine.public),
        issuer=workshop.signer,
        sign=lambda data: sm2.sign(workshop.key, data),
        valid_from=NOW,
        valid_until=END,
    )
    with pytest.raises(ValueError, match="受信任"):
        certificates.chain(under, [workshop.signer], NOW)


def test_a_signature_before_the_certificate_began_is_refused(workshop):
    early = workshop.sign(at=NOW - timedelta(days=1))
    assert failed(workshop.verify(early)) == "签章人证书"


def test_a_signature_after_the_seal_ended_is_refused():
    short = Workshop(seal_until=NOW + timedelta(minutes=1))
    assert failed(short.verify(short.sign())) == "签章时间"


def test_a_certificate_the_seal_does_not_list_may_not_use_it(workshop):
    other = Workshop(listed=workshop.signer)
    assert failed(other.verify(other.sign())) == "签章人在印章证书列表中"


def test_a_picture_swapped_in_the_seal_is_found(workshop):
    seal = SESeal.load(workshop.seal)
    seal["eSealInfo"]["picture"]["data"] = b"<svg>other</svg>"
    assert failed(workshop.verify(workshop.sign(seal=seal.dump(force=True)))) == "印章制作者签名"


def test_a_seal_made_by_nobody_we_trust_is_refused(workshop):
    rogue = Workshop()
    seal = rules.make_seal(
        es_id="X",
        name="X",
        face=rules.Face("<svg/>", 42, 42),
        signer=workshop.signer,
        maker=rogue.maker,
        sign=lambda data: sm2.sign(rogue.maker_key, data),
        created_at=NOW,
        valid_from=NOW,
        valid_until=END,
    )
    assert failed(workshop.verify(workshop.sign(seal=seal))) == "印章制作者证书"


def test_an_untouched_signature_is_valid_and_says_it_is_a_test(workshop):
    extension = {rules.private_oid("a name"): b"ledger"}
    verdict = workshop.verify(workshop.sign(extensions=extension))
    assert verdict.valid
    assert "测试用" in verdict.says
    assert "测试用" in verdict.signer
    assert verdict.signed_at == NOW + timedelta(hours=1)
    assert verdict.extensions == extension


def test_a_seal_may_list_digests_instead_of_certificates(workshop):
    seal = SESeal.load(workshop.seal)
    seal["eSealInfo"]["property"]["certListType"] = 2
    listed = CertDigestList([{"type": "1.2.156.10197.1.401", "value": sm3(workshop.signer)}])
    seal["eSealInfo"]["property"]["certList"] = listed
    seal["signedValue"] = sm2.sign(workshop.maker_key, seal["eSealInfo"].dump(force=True))
    assert workshop.verify(workshop.sign(seal=seal.dump(force=True))).valid


def test_openssl_itself_accepts_the_chain(workshop, tmp_path):
    for name, der in (("root", workshop.root), ("signer", workshop.signer)):
        (tmp_path / f"{name}.der").write_bytes(der)
        subprocess.run(
            ["openssl", "x509", "-inform", "der", "-in", f"{name}.der", "-out", f"{name}.pem"], cwd=tmp_path, check=True
        )
    checked = ["openssl", "verify", "-attime", str(int(NOW.timestamp()) + 60), "-vfyopt", "distid:1234567812345678"]
    done = subprocess.run(
        [*checked, "-CAfile", "root.pem", "signer.pem"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "signer.pem: OK", done.stderr


def test_every_certificate_name_keeps_its_test_mark_however_long(workshop):
    long = workshop.certify(Holder("云溪县" * 40, "云溪县", workshop.key.public), workshop.root)
    assert certificates.read(long).subject.endswith("（测试用）")
    assert len(certificates.read(long).subject) == 64


def test_every_picture_says_it_is_a_test():
    marked = pictures.draw(organ="云溪县市场监督管理局", kind="行政审批专用章").svg
    plain = pictures.draw(organ="云溪县市场监督管理局", kind="行政审批专用章", test=False).svg
    for character in "测试用":
        outline = pictures._outline(character)[0]
        assert outline in marked
        assert (outline in plain) == (character == "用")  # 专用章 has one too


def test_a_name_the_font_cannot_draw_is_refused_with_the_character():
    with pytest.raises(Refusal, match="\ue000"):
        pictures.draw(organ="云溪县\ue000局", kind="")
