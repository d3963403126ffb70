"""Chinese legal citations, read strictly: 《中华人民共和国行政许可法》第三十二条第一款第四项.

Pure. A citation names one place in one law; a text may hold several. What a text cannot mean is refused, never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from yiwang.kernel.refusal import Refusal

NUMERAL = "[〇零一二两三四五六七八九十百千0-9０-９]+"
MARK = re.compile(
    rf"第\s*({NUMERAL})\s*条(?:\s*之\s*({NUMERAL}))?|第\s*({NUMERAL})\s*款|第?\s*[（(]\s*({NUMERAL})\s*[）)]\s*项?|第\s*({NUMERAL})\s*项"
)
RANGE = re.compile(r"^\s*(?:至|到|—|-|～)\s*$")
BETWEEN = re.compile(r"^[\s、，,和及与]*$")
EDITION = re.compile(r"[（(]([^（）()]*(?:\d{4}|修正|修订|版|第[^（）()]*号|〔)[^（）()]*)[）)]")
YEAR = re.compile(r"(?:19|20)\d{2}")
FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


class Malformed(Refusal):
    """The text is not a citation; ``says`` names the part that cannot be read."""

    code = "citation-malformed"


@dataclass(frozen=True, slots=True)
class Citation:
    """One place in one law. ``article`` ``None`` cites the law as a whole; ``inserted`` is 之几 (0 = none)."""

    title: str
    article: int | None = None
    inserted: int = 0
    paragraph: int | None = None
    subparagraph: int | None = None
    year: int | None = None  # of the edition, if the text names one

    @property
    def key(self) -> str:
        return key(self.title)

    def says(self) -> str:
        """The citation as the law itself writes it."""
        parts = [f"《{self.title}》"]
        if self.article:
            parts.append(f"第{chinese(self.article)}条" + (f"之{chinese(self.inserted)}" if self.inserted else ""))
        if self.paragraph:
            parts.append(f"第{chinese(self.paragraph)}款")
        if self.subparagraph:
            parts.append(f"第{chinese(self.subparagraph)}项")
        return "".join(parts)


def key(title: str) -> str:
    """How the register finds a title: without 中华人民共和国, book marks, spaces and edition brackets."""
    return re.sub(r"中华人民共和国|[《》〈〉\s]", "", EDITION.sub("", title))


def chinese(number: int) -> str:
    """32 → 三十二, 12 → 十二."""
    import cn2an  # brings a table of all provinces and cities along

    return str(cn2an.an2cn(number)).replace("一十", "十", 1) if number < 20 else str(cn2an.an2cn(number))


def number(text: str) -> int:
    """三十二, 32 and ３２ → 32; refused when it is no number from 1 to 2000."""
    import cn2an

    text = text.translate(FULL_WIDTH).replace("两", "二").replace("〇", "零")
    try:
        value = int(text) if text.isdigit() else int(cn2an.cn2an(text, "strict" if len(text) > 1 else "normal"))
    except ValueError as error:
        raise Malformed(f"“{text}”不是条款序号") from error
    if not 1 <= value <= 2000:
        raise Malformed(f"条款序号“{text}”超出范围")
    return value


def parse(text: str) -> tuple[Citation, ...]:
    """Every citation of ``text``, in order: lists (第三条、第五条) and ranges (第七条至第十条) become single ones.

    Refused with ``Malformed``: no title, a paragraph without an article, a range that runs backwards, left-over words.
    """
    title, rest = _title(text)
    edition = EDITION.match(rest)
    if edition:
        rest = rest[edition.end() :]
    years = YEAR.findall(edition.group(1) if edition and "令" not in edition.group(1) else "")
    base = Citation(title=title, year=int(years[-1]) if years else None)
    return tuple(_places(base, rest.strip(), text)) or (base,)


def _title(text: str) -> tuple[str, str]:
    text = text.strip()
    if text.startswith("《"):
        depth = 0
        for position, char in enumerate(text):
            depth += (char in "《〈") - (char in "》〉")
            if depth == 0:
                title, rest = text[1:position], text[position + 1 :]
                break
        else:
            raise Malformed(f"“{text}”的书名号没有闭合")
    else:
        found = MARK.search(text)
        title, rest = (text[: found.start()], text[found.start() :]) if found else (text, "")
    edition = EDITION.search(title)
    if edition and edition.end() == len(title):
        title, rest = title[: edition.start()], edition.group(0) + rest
    if len(title.strip()) < 2:
        raise Malformed(f"“{text}”没有写明法规名称")
    return title.strip(), rest.strip()


def _places(base: Citation, rest: str, text: str) -> list[Citation]:
    found: list[Citation] = []
    here, position, open_range, level = base, 0, False, 0
    for mark in MARK.finditer(rest):
        between = rest[position : mark.start()]
        position = mark.end()
        article, inserted, paragraph, in_brackets, subparagraph = mark.groups()
        subparagraph = subparagraph or in_brackets
        open_range = bool(RANGE.match(between))
        if not open_range and not BETWEEN.match(between):
            raise Malformed(f"“{text}”中的“{between.strip()}”无法识别")
        if not article and here.article is None:
            raise Malformed(f"“{text}”的款、项前没有写明第几条")
        joined = between.strip() == "" and level < (1 if article else 2 if paragraph else 3)
        if found and joined:
            found.pop()  # 第三十二条 + 第一款: the same place, said more closely
        if article:
            here = replace(base, article=number(article), inserted=number(inserted) if inserted else 0)
        elif paragraph:
            here = replace(here, paragraph=number(paragraph), subparagraph=None)
        else:
            here = replace(here, subparagraph=number(subparagraph))
        level = 1 if article else 2 if paragraph else 3
        if open_range:
            found += _between(found[-1] if found else base, here, level, text)
        found.append(here)
    left = rest[position:].strip(" 。；;、，,")
    if left and not re.fullmatch(r"等|规定|的规定|之规定", left):
        raise Malformed(f"“{text}”中的“{left}”无法识别")
    return found


def _between(first: Citation, last: Citation, level: int, text: str) -> list[Citation]:
    name = ("article", "paragraph", "subparagraph")[level - 1]
    begins, ends = getattr(first, name), getattr(last, name)
    if begins is None or begins >= ends:
        raise Malformed(f"“{text}”的起止次序不对")
    return [_at(first, name, middle) for middle in range(begins + 1, ends)]


def _at(citation: Citation, name: str, number: int) -> Citation:
    """The same citation with another article, paragraph or item."""
    if name == "article":
        return replace(citation, inserted=0, article=number)
    return replace(citation, paragraph=number) if name == "paragraph" else replace(citation, subparagraph=number)
