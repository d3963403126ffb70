"""How an item's name and a citizen's words become search tokens. Pure.

Four kinds of lexeme live in one ``tsvector``, told apart by a prefix no Chinese text has: words of the dictionary and
pairs of characters (no prefix), pairs of syllables (``~shen-fen``: forgives homophones), runs of pinyin initials
(``#spjyxk``, searched by prefix) and words in full pinyin (``@shipin``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from yiwang.kernel.chinese import HAN, normal, pairs, words
from yiwang.services.catalogue import spelling

LONGEST_RUN = 24  # characters of initials kept behind each position
LONGEST_NAME = 80  # characters of a name that are indexed; longer names only repeat themselves
BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
LATIN = re.compile(r"[a-z]+")

# Words people put around what they mean. Cut from queries only, longest first.
FILLERS = re.compile(
    "请问|我想要|要怎么|能不能|我想|我要|我们|想要|怎么|怎样|如何|哪里|哪儿|在哪|需要|什么|手续|材料|流程|办理|申请|可以|一下|一个|新开"
    "|办|想|要|去|吗|呢|了|的|啊|呀|能|给|帮"
)

# What a stage of an item's life is called: rank (what most people want first), words of the list, words of citizens.
STAGES: tuple[tuple[int, str, str], ...] = (
    (6, "注销|终止|撤销|停业|歇业|封存|报废|免职|作废|缴销", "注销|关门|关店|不干了|不做了|停业|歇业|倒闭"),
    (5, "补办|补发|补领|补证|遗失|挂失|丢失|补换", "丢了|丢失|遗失|不见了|弄丢|掉了|补办|补领|补发|补证|挂失|被偷"),
    (
        4,
        "变更|更正|更名|修改|增加|减少|迁移|转出|过户",
        "变更|改名|改地址|换地址|换法人|搬家|搬迁|更名|过户|更改|改一下",
    ),
    (
        3,
        "延续|换发|换领|换证|换证|期满|到期|续期|延期|复审|校验|年检|年审|审验",
        "到期|过期|延续|续期|换证|换新|年审|年检",
    ),
    (2, "查询|咨询|指引|投诉|公示|预约", "查询|查一下|咨询|投诉|预约"),
    (
        0,
        "核发|新办|设立|首次|申领|成立|取证|新增|初领|配发|初次|新建|签发|登记|注册",
        "新办|核发|设立|申领|第一次|首次",
    ),
)
NEUTRAL = 1


def stage_rank(name: str) -> int:
    """0 for first issue, up to 6 for closing down: the order in which a citizen most likely wants them.

    The last stage word outside brackets decides: 《…许可证》登记…补证审批 is a replacement. What stands in brackets only
    counts when there is no other: 教练车备案证办理（注销）.
    """
    for text in (BRACKETS.sub("", name), name):
        hits = [(found.end(), rank) for rank, words, _ in STAGES for found in re.finditer(words, text)]
        if strong := [hit for hit in hits if hit[1] >= 2]:
            return max(strong)[1]
        if hits:
            return 0
    return NEUTRAL


def asked_stage(text: str) -> int | None:
    """The stage a citizen names (身份证丢了 → 5), or ``None``."""
    return next((rank for rank, _, said in STAGES if re.search(said, text)), None)


@lru_cache(maxsize=20_000)
def _syllables(run: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin  # its table takes a third of a second to read

    return tuple(lazy_pinyin(run, errors="ignore"))


def syllable_pairs(text: str) -> list[str]:
    """``~shen-fen`` for every two neighbouring characters."""
    found: dict[str, None] = {}
    for run in HAN.findall(text):
        spoken = _syllables(run)
        found.update({f"~{first}-{second}": None for first, second in pairwise(spoken)})
    return list(found)


def initials(text: str) -> str:
    """食品经营许可 → spjyxk; letters and digits stay."""
    return HAN.sub(lambda run: "".join(syllable[0] for syllable in _syllables(run[0])), text)


def name_initials(name: str) -> str:
    """Initials of the plain name, then, where it differs, of the whole one: a query may follow either."""
    return " ".join(dict.fromkeys(initials(text) for text in (plain(name), normal(name)[:LONGEST_NAME])))


def plain(name: str) -> str:
    """The name without what stands in brackets: 食品（含保健食品）经营许可 is asked for as 食品经营许可."""
    bare = BRACKETS.sub("", name)
    return normal(bare)[:LONGEST_NAME] or normal(name)[:LONGEST_NAME]


def vector(name: str, main_name: str = "", context: Iterable[str] = ()) -> str:
    """The text of an item's ``tsvector``: its name weighs most, then its main item, then pairs, then context."""
    bare, whole = plain(name), normal(name)[:LONGEST_NAME]
    weights: dict[str, str] = {}

    def add(lexemes: Iterable[str], weight: str) -> None:
        for lexeme in lexemes:
            weights[lexeme] = min(weights.get(lexeme, "D"), weight)

    both = list(dict.fromkeys((bare, whole)))
    add((word for text in both for word in words(text)), "A")
    if main_name:
        add(words(plain(main_name)), "B")
        add(pairs(plain(main_name)), "C")
    add((pair for text in both for pair in pairs(text)), "C")
    add((pair for text in both for pair in syllable_pairs(text)), "D")
    add((f"@{''.join(_syllables(word))}" for word in words(bare)), "D")
    for text in {bare, whole, plain(main_name)} - {""}:
        first = initials(text)
        add((f"#{first[i : i + LONGEST_RUN]}" for i in range(max(len(first) - 1, 1))), "D")
    for text in context:
        add(words(normal(text)), "D")
    return " ".join(f"{quoted(lexeme)}:1{weight}" for lexeme, weight in weights.items())


def meaning(text: str) -> str:
    """What is left of a citizen's words without the fillers; the words themselves if nothing is left."""
    said = normal(text)
    return FILLERS.sub("", said) or said


def query_words(text: str) -> list[str]:
    """The dictionary words of a query, each a ``tsquery``."""
    return [quoted(word) for word in words(text) if HAN.fullmatch(word)]


def grams(text: str) -> list[str]:
    """The query terms of a text, each a ``tsquery``: pairs (or their homophones), initials, full pinyin."""
    terms: list[str] = []
    for run in HAN.findall(text):
        if len(run) == 1:
            terms.append(f"{quoted(run)}:*")
        spoken = _syllables(run)
        for i in range(len(run) - 1):
            heard = f" | {quoted(f'~{spoken[i]}-{spoken[i + 1]}')}" if len(spoken) == len(run) else ""
            terms.append(f"({quoted(run[i : i + 2])}{heard})")
    for run in LATIN.findall(text):
        terms += _spelled(run) or [f"({quoted(f'#{run[:LONGEST_RUN]}')}:* | {quoted(f'@{run}')}:*)"]
    return list(dict.fromkeys(terms))


def _spelled(run: str) -> list[str]:
    """One term for every two neighbouring syllables of a run in full pinyin; the last may be unfinished."""
    by_place = zip(*(list(pairwise(reading)) for reading in spelling.readings(run)), strict=True)
    terms = ([quoted(f"~{first}-{second}") + ":*" for first, second in dict.fromkeys(place)] for place in by_place)
    return [f"({' | '.join(term)})" for term in terms]


def all_of(term: str) -> str:
    """A ``tsquery`` for a term of the official list: all its words, or its pairs where the dictionary has none."""
    found = words(normal(term)) or pairs(normal(term)) or [normal(term)]
    return " & ".join(quoted(word) for word in found)


def substrings(text: str, longest: int = 12) -> list[str]:
    """Every run of 2 to ``longest`` characters: the phrases of the synonym table that may stand in a query."""
    text = text[:60]
    return sorted({text[i:j] for i in range(len(text)) for j in range(i + 2, min(i + longest, len(text)) + 1)})


def quoted(lexeme: str) -> str:
    """A lexeme as PostgreSQL reads it; quotes and backslashes cannot break out."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
