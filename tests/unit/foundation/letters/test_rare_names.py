"""A person with a rare name gets the letter: from a rarer font, from the county's own, or with a place to write by hand."""

from __future__ import annotations

import io
from datetime import timedelta

import pylopdf_fonts_zh_tw as rarer
import pytest
from fontTools.subset import Subsetter
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from tests.factories import letters, organs
from tests.unit.foundation.letters.conftest import NOW
from tests.unit.foundation.letters.test_issuing import staff
from yiwang.foundation.files import queries as files
from yiwang.foundation.ledger.models import LedgerEntry
from yiwang.foundation.letters import actions, checking, fonts, rules, tasks, typesetting
from yiwang.foundation.letters.models import Letter
from yiwang.kernel.permissions import SYSTEM, Permission
from yiwang.kernel.refusal import NotFound, Refusal

LATER = NOW + timedelta(minutes=5)
ABSENT = "\U00020003"  # in no font we bring
RARER = "\U00020ba9"  # in the fonts of traditional forms alone


def failed(market, name=f"林{ABSENT}", **how):
    letter = letters.letter(market, NOW, to_party=letters.person(name).pk, **how)
    tasks.render_letter(letter.pk)
    letter.refresh_from_db()
    return letter


def text_of(letter):
    pdf = files.open_file(SYSTEM, letter.file_id)
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")


def test_the_clerk_is_told_which_character_in_whose_name_and_what_to_do(market):
    letter = failed(market)
    assert letter.status == Letter.Status.FAILED
    for words in ("收文人名称第2字", ABSENT, "U+20003", "95328239", "加装字库", "留位手写"):
        assert words in letter.error


def test_the_main_font_lacks_it_and_the_rarer_one_prints_it(market):
    letter = failed(market, f"林{RARER}")
    assert letter.status == Letter.Status.SEALED
    assert RARER in text_of(letter)


def test_no_gap_is_left_by_a_stranger_in_a_letter_that_is_out_or_for_what_nobody_writes(market):
    letter = failed(market)
    with pytest.raises(NotFound):
        actions.leave_gaps(letter_id=letter.pk, by=staff(organs.organ(), Permission.LETTER_SEE), at=LATER)
    clerk = staff(market, Permission.LETTER_SEE)
    odd = letters.letter(
        market, NOW, data=letters.COMMON | letters.DATA["acceptance-notice"] | {"item": "许可\U0001f600"}
    )
    tasks.render_letter(odd.pk)
    plain = letters.letter(market, NOW)
    cases = ((odd, "not-for-handwriting"), (plain, "not-failed"))
    for one, code in cases:
        with pytest.raises(Refusal) as refused:
            actions.leave_gaps(letter_id=one.pk, by=clerk, at=LATER)
        assert refused.value.code == code


def test_a_place_is_left_for_the_hand_with_the_code_of_the_character_and_the_seal_holds(market):
    letter = failed(market)
    actions.leave_gaps(letter_id=letter.pk, by=staff(market, Permission.LETTER_SEE), at=LATER)
    tasks.render_letter(letter.pk)
    letter.refresh_from_db()
    assert (letter.status, letter.error) == (Letter.Status.SEALED, "")
    said = text_of(letter)
    assert "林□①" in said
    assert "95328239" in said
    assert "校对章" in said
    assert checking.examine(files.open_file(SYSTEM, letter.file_id)).valid
    entry = LedgerEntry.objects.get(subject=f"letter:{letter.pk}", event="letters.gaps-left")
    assert ABSENT not in entry.body
    assert "20003" not in entry.body


def test_pictures_and_measures_are_no_text_to_leave_gaps_in():
    page = rules.gapped(
        {"qr": "林", "blocks": [{"kind": "林", "text": "林林"}]}, {"林": "U+6797"}, plain={"qr", "kind"}
    )
    assert page == {
        "qr": "林",
        "blocks": [{"kind": "林", "text": "□①□①"}],
        "gaps": [{"mark": "①", "codes": "U+6797"}],
    }


@pytest.fixture
def county_font(tmp_path, settings):
    """The county bought a font that has the character; beside it lies a file that is no font."""
    with TTFont(rarer.serif_path(), lazy=True) as font:
        only = Subsetter()
        only.populate(unicodes=[ord(RARER)])
        only.subset(font)
        for table in font["cmap"].tables:
            table.cmap = {ord(ABSENT): glyph for glyph in table.cmap.values()} if table.format == 12 else {}
        for record in font["name"].names:
            record.string = "YunxiRare"
        font.save(tmp_path / "rare.otf")
    (tmp_path / "readme.ttf").write_text("not a font")
    settings.FONTS = str(tmp_path)
    for cached in (fonts.characters, typesetting._compiler):
        cached.cache_clear()
    yield
    for cached in (fonts.characters, typesetting._compiler):
        cached.cache_clear()


def test_a_font_of_the_county_s_own_prints_what_ours_lack(market, county_font):
    letter = failed(market)
    assert letter.error == ""
    assert letter.status == Letter.Status.SEALED
    assert ABSENT in text_of(letter)
