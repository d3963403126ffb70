"""The fonts letters are set in, and which characters they really have.

typst drops a missing glyph without a word, and a name with one character gone is a wrong name on an official letter.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn as fonts
from fontTools.ttLib import TTFont

from yiwang.kernel.refusal import Refusal


class MissingGlyph(Refusal):
    """A character no font of ours has; ``says`` names it."""

    code = "missing-glyph"


def folder() -> Path:
    """Where the font files lie."""
    return Path(fonts.serif_path()).parent


@lru_cache(maxsize=1)
def characters() -> frozenset[int]:
    """Code points at least one of our fonts can draw."""
    known: set[int] = set()
    for path in (fonts.serif_path(), fonts.sans_path()):
        with TTFont(path, lazy=True) as font:
            known |= font.getBestCmap().keys()
    return frozenset(known)


def missing(texts: Iterable[str]) -> list[str]:
    """Characters that cannot be drawn, in the order they appear; blanks and line ends need no glyph."""
    wanted = dict.fromkeys(character for text in texts for character in text if not character.isspace())
    known = characters()
    return [character for character in wanted if ord(character) not in known]


def require(texts: Iterable[str]) -> None:
    """Refuse naming every character that would silently vanish from the page."""
    if lost := missing(texts):
        named = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in lost)
        raise MissingGlyph(f"文书中有字库没有的字：{named}。请换用规范字形，或由管理员加装字库后重新生成。")
