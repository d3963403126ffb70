"""The measures of GB/T 9704-2012 for an official document, and how a title breaks into lines. Pure numbers."""

from __future__ import annotations

from dataclasses import dataclass

TWIPS_A_MM = 1440 / 25.4
POINTS_A_MM = 72 / 25.4

PAPER = (210.0, 297.0)  # A4 (5.1)
TOP, BINDING = 37.0, 28.0  # 天头、订口 (5.2.1)
AREA = (156.0, 225.0)  # 版心 (5.2.2)
RIGHT, BOTTOM = PAPER[0] - BINDING - AREA[0], PAPER[1] - TOP - AREA[1]
LINES, CHARACTERS = 22, 28  # a page, a line (5.2.3)
LINE = AREA[1] / LINES  # mm
PITCH = AREA[0] / CHARACTERS  # mm
HEAD_DROP = 35.0  # 发文机关标志 below the top of the type area (7.2.4)
RULE_DROP = 4.0  # red line below the number (7.2.7)
FOOT_DROP = 7.0  # page number below the type area (7.5)
THICK, THIN = 0.35, 0.25  # lines of the 版记 (7.4.1)

BODY, TITLE, SMALL = 16.0, 22.0, 14.0  # 三号, 二号, 四号, in points
FANGSONG, KAITI, HEITI, XIAOBIAOSONG, SONGTI = "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体", "宋体"
INSTEAD = {  # what stands in where a machine has not the font, first choice first
    FANGSONG: ("仿宋", "FangSong", "Noto Serif CJK SC"),
    KAITI: ("楷体", "KaiTi", "Noto Serif CJK SC"),
    HEITI: ("SimHei", "思源黑体", "Noto Sans CJK SC"),
    XIAOBIAOSONG: ("小标宋体", "华文中宋", "Noto Serif CJK SC"),
    SONGTI: ("SimSun", "思源宋体", "Noto Serif CJK SC"),
}
WIDEST_HEAD = 48.0  # points; a long name is set smaller so that it stays on one line


@dataclass(frozen=True, slots=True)
class Grid:
    """``docGrid``: line pitch in twips, what each character is given besides its own width in 4096ths of a point."""

    line: int
    character: int


def twips(mm: float) -> int:
    """Twentieths of a point."""
    return round(mm * TWIPS_A_MM)


def grid() -> Grid:
    """22 lines of 28 characters of 三号 in the type area."""
    return Grid(twips(LINE), round((PITCH * POINTS_A_MM - BODY) * 4096))


def eighths(mm: float) -> int:
    """Line widths as Word counts them: eighths of a point."""
    return round(mm * POINTS_A_MM * 8)


def head_size(text: str) -> float:
    """The size in points at which 发文机关标志 stands on one line, never larger than the title of a decree."""
    return min(WIDEST_HEAD, float(int(AREA[0] * POINTS_A_MM / (len(text) + 1))))


def title_lines(title: str, organ: str) -> list[str]:
    """A title that is too long for one line breaks where the organ's name ends, else about its middle, never inside a
    number or a name in 《》, the upper line no shorter than the lower by more than it must."""
    room = int(AREA[0] * POINTS_A_MM / TITLE)
    if len(title) <= room:
        return [title]
    if title.startswith(organ) and len(organ) <= room and len(title) - len(organ) <= room:
        return [organ, title[len(organ) :]]
    middle = len(title) // 2
    places = sorted(range(1, len(title)), key=lambda place: abs(place - middle))
    cut = next((place for place in places if _may_break(title, place)), middle)
    return [title[:cut], *title_lines(title[cut:], "")] if len(title) - cut > room else [title[:cut], title[cut:]]


def _may_break(title: str, place: int) -> bool:
    before, after = title[place - 1], title[place]
    inside = title.count("《", 0, place) > title.count("》", 0, place)
    return (
        not inside and not (before.isdigit() and (after.isdigit() or after == "年")) and after not in "、，的和》）年"
    )


def missing_fonts(installed: set[str]) -> list[tuple[str, str]]:
    """Fonts the document names and a machine has not, each with what stands in for it there."""
    found = []
    for wanted, others in INSTEAD.items():
        if wanted not in installed:
            found.append((wanted, next((one for one in others if one in installed), others[-1])))
    return found


def font_note() -> str:
    """What the document says about its fonts, for whoever opens it where they are missing."""
    told = "；".join(f"{name}（没有时换用{others[0]}）" for name, others in INSTEAD.items())
    return f"按 GB/T 9704-2012 排版。字体：{told}。换用字体时字形不同，每行字数不变；正式印制请先安装原字体。"
