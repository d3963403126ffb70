"""The fonts letters are set in, and which characters they really have.

typst drops a missing glyph without a word, and a name with one character gone is a wrong name on an official letter. So
every character is looked up first: in the two main fonts, in the fonts of traditional forms that hold some of the rarer
characters, and in the folder where a county keeps a font for rare characters of its own (``YW_FONTS``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn as main
import pylopdf_fonts_zh_tw as rarer
from django.conf import settings
from fontTools.ttLib import TTCollection, TTFont, TTLibError

from yiwang.kernel.refusal import Refusal

SUFFIXES = frozenset({".otf", ".ttf", ".ttc", ".otc"})


class MissingGlyph(Refusal):
    """A character no font of ours has; ``says`` names it."""

    code = "missing-glyph"


def folders() -> list[Path]:
    """Where the font files lie, the main fonts first."""
    own = [Path(settings.FONTS)] if settings.FONTS else []
    return [Path(main.serif_path()).parent, Path(rarer.serif_path()).parent, *own]


@lru_cache(maxsize=1)
def characters() -> frozenset[int]:
    """Code points at least one of our fonts can draw. A file in the county's folder that is no font is passed over, as
    typst passes it over."""
    known: set[int] = set()
    for folder in folders():
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.suffix.lower() in SUFFIXES:
                known |= _characters_of(path)
    return frozenset(known)


def _characters_of(path: Path) -> set[int]:
    try:
        with path.open("rb") as file:  # opened here, because a file that is no font would stay open
            if path.suffix.lower() in {".ttc", ".otc"}:
                return {code for font in TTCollection(file, lazy=True).fonts for code in font.getBestCmap() or ()}
            return set(TTFont(file, lazy=True).getBestCmap() or ())
    except (TTLibError, OSError):
        return set()


def missing(texts: Iterable[str]) -> list[str]:
    """Characters that cannot be drawn, in the order they appear; blanks and line ends need no glyph."""
    wanted = dict.fromkeys(character for text in texts for character in text if not character.isspace())
    known = characters()
    return [character for character in wanted if ord(character) not in known]


def named(character: str) -> str:
    """``“𠀃”（U+20003，GB 18030 编码 95328239）``: how a character nobody can print is told from every other."""
    return f"“{character}”（{codes(character)}）"


def codes(character: str) -> str:
    """Its code point and its code in GB 18030-2022, by which every certified system knows it."""
    return f"U+{ord(character):04X}，GB 18030 编码 {character.encode('gb18030', 'replace').hex().upper()}"


def is_han(character: str) -> bool:
    """A Han character, also one kept in the private area until it was encoded: what a person can write by hand. Whatever
    stands in the two planes for Han characters is one, however new."""
    if 0x20000 <= ord(character) <= 0x3FFFD:
        return True
    return unicodedata.name(character, "").startswith("CJK ") or unicodedata.category(character) == "Co"


def require(texts: Iterable[str]) -> None:
    """Refuse naming every character that would silently vanish from the page."""
    if lost := missing(texts):
        every = "、".join(named(character) for character in lost)
        raise MissingGlyph(f"文书中有字库没有的字：{every}。请由管理员加装字库后重新生成，或者为这些字留出手写的位置。")
