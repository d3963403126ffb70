"""What an upload is: decided by its bytes; everything refused says what to do, beside its field."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.factories import documents
from yiwang.foundation.files import pictures, rules
from yiwang.foundation.files.rules import BadFile, Limits

LIMITS = Limits()


def refused(content, name, limits=LIMITS):
    with pytest.raises(BadFile) as caught:
        rules.recognise(content, name, field="material-3", limits=limits)
    assert caught.value.faults[0].field == "material-3"
    return caught.value.code


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "file-empty"),
        (b"MZ\x90\x00" + b"\0" * 100, "照片.jpg", "file-executable"),
        (b"\x7fELF" + b"\0" * 100, "a", "file-executable"),
        (b"#!/bin/sh\nrm -rf /", "a.pdf", "file-executable"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 50, "IMG_1.HEIC", "file-heic"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "申请表.doc", "file-old-office"),
        (b"PK\x03\x04 broken", "a.docx", "file-broken"),
        (b"%PDF-1.7 nothing more", "a.pdf", "file-broken"),
        (b"GIF89a" + b"\0" * 100, "a.gif", "file-unknown"),
        ("一段文字".encode(), "a.txt", "file-unknown"),
        (documents.packed(a_dot_txt="x"), "a.zip", "file-unknown"),
        (documents.xlsx(macro=True), "表.xlsx", "file-executable"),
        (documents.pdf(script=True), "a.pdf", "file-executable"),
        (documents.pdf(password="1"), "a.pdf", "file-encrypted"),
        (documents.jpeg(), "营业执照.pdf", "file-mistyped"),
        (documents.pdf(), "照片.jpg", "file-mistyped"),
        (documents.xlsx(), "申请书.docx", "file-mistyped"),
        (documents.pdf(), "a.exe", "file-mistyped"),
    ],
)
def test_what_is_not_what_we_take_is_refused(content, name, code):
    assert refused(content, name) == code


def test_an_oversize_file_is_refused_with_both_sizes():
    small = Limits(max_bytes=1024 * 1024)
    with pytest.raises(BadFile, match=r"1\.5 MB，超过 1\.0 MB"):
        rules.recognise(b"x" * (1536 * 1024), "a.pdf", field="f", limits=small)


def test_an_archive_that_unpacks_to_too_much_is_refused():
    bomb = documents.packed(word__document_dot_xml="0" * 5_000_000)
    assert refused(bomb, "a.docx", Limits(max_unpacked=1_000_000)) == "file-bomb"


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (documents.pdf(), "申请表.PDF", "pdf"),
        (documents.jpeg(), "image.jpeg", "jpeg"),
        (documents.png(), "截图.png", "png"),
        (documents.xlsx(), "清单.xlsx", "xlsx"),
        (documents.packed(word__document_dot_xml="<w/>"), "章程.docx", "docx"),
        (documents.packed(OFD_dot_xml="<ofd/>"), "证照.ofd", "ofd"),
        (documents.jpeg(), "没有扩展名", "jpeg"),
    ],
)
def test_what_offices_use_is_taken(content, name, kind):
    assert rules.recognise(content, name, field="f", limits=LIMITS) == kind


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/申请表.pdf", "申请表.pdf"),
        ("C:\\照片\\1.pdf", "1.pdf"),
        ("\x00<>.pdf", "文件.pdf"),
        ("字" * 300, "字" * 110 + ".pdf"),
    ],
)
def test_a_name_keeps_neither_folders_nor_control_characters(name, kept):
    assert rules.tidy_name(name, "pdf") == kept


def test_a_broken_picture_is_refused():
    with pytest.raises(BadFile, match="损坏"):
        pictures.rewrite(documents.jpeg()[:2000], "jpeg", field="f", limits=LIMITS)


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded():
    with pytest.raises(BadFile) as caught:
        pictures.rewrite(documents.jpeg(2000, 1000), "jpeg", field="f", limits=Limits(max_pixels=1_000_000))
    assert caught.value.code == "picture-too-large"


def test_a_picture_too_small_to_read_is_refused():
    with pytest.raises(BadFile) as caught:
        pictures.rewrite(documents.jpeg(20, 20), "jpeg", field="f", limits=LIMITS)
    assert caught.value.code == "picture-too-small"


def test_a_camera_picture_loses_place_and_device_and_stands_upright():
    before = documents.jpeg(640, 480, exif=True)
    assert b"SecretPhoneMaker" in before
    after, kind = pictures.rewrite(before, "jpeg", field="f", limits=LIMITS)
    assert b"SecretPhoneMaker" not in after
    with Image.open(io.BytesIO(after)) as picture:
        assert (kind, picture.size, len(picture.getexif())) == ("jpeg", (480, 640), 0)


def test_a_large_picture_is_scaled_to_the_edge_of_the_pack():
    after, _ = pictures.rewrite(documents.jpeg(4000, 2000), "jpeg", field="f", limits=Limits(max_edge=1000))
    with Image.open(io.BytesIO(after)) as picture:
        assert picture.size == (1000, 500)


def test_a_see_through_picture_stays_png():
    assert pictures.rewrite(documents.png("RGBA"), "png", field="f", limits=LIMITS)[1] == "png"
