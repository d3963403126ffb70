"""A run of Latin letters read as pinyin: ``shipinjingying`` → shi pin jing ying. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

READINGS = 4  # ways to cut a run that are kept: xiangang is 西安刚 and 香港 and more, nobody means the fifth
LONGEST_SYLLABLE = 6  # zhuang
VOWEL = re.compile("[aeiouv]")


@lru_cache
def syllables() -> frozenset[str]:
    """Every syllable some character is read as, without tone; ü is written v. ``hm`` and ``ng`` are left out: read as
    syllables they would turn initials into words."""
    from pypinyin.constants import PINYIN_DICT  # its table takes a third of a second to read

    toned = {reading for readings in PINYIN_DICT.values() for reading in readings.split(",")}
    return frozenset(syllable for reading in toned if VOWEL.search(syllable := _plain(reading)))


@lru_cache
def _beginnings() -> frozenset[str]:
    return frozenset(syllable[:end] for syllable in syllables() for end in range(1, len(syllable) + 1))


def _plain(reading: str) -> str:
    parted = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(char for char in parted if not unicodedata.combining(char))


@lru_cache(maxsize=2_000)
def readings(run: str) -> tuple[tuple[str, ...], ...]:
    """The ways to read a run of lower-case letters as syllables, those with the fewest only, at most ``READINGS``.

    The last syllable may still be unfinished (``shipinj``). Empty where the run is no pinyin, such as ``spjyxk``.
    """
    known, begun = syllables(), _beginnings()
    best: list[list[tuple[str, ...]]] = [[()]]  # for each length read so far, the shortest readings
    for end in range(1, len(run) + 1):
        found: list[tuple[str, ...]] = []
        for start in range(max(0, end - LONGEST_SYLLABLE), end):
            piece = run[start:end]
            if best[start] and (piece in known or (end == len(run) and start and piece in begun)):
                found += [(*before, piece) for before in best[start]]
        fewest = min(map(len, found), default=0)
        best.append([reading for reading in found if len(reading) == fewest][:READINGS])
    return tuple(best[-1])
