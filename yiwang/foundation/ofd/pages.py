"""What stands on a page, in millimetres from its upper left corner, and how GB/T 33190 writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from yiwang.foundation.ofd import fonts

NAMESPACE = "http://www.ofdspec.org/2016"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
FONT_ID, LAYER_ID, FIRST_ID = 3, 4, 10
Colour = tuple[int, int, int]
BLACK: Colour = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text. ``x`` and ``y`` are the left end of its base line; ``size`` is the height of an em."""

    x: float
    y: float
    size: float
    text: str
    colour: Colour = BLACK

    @property
    def width(self) -> float:
        return fonts.width(self.text, self.size)


@dataclass(frozen=True, slots=True)
class Path:
    """A drawing: OFD's abbreviated data (M, L, B, C) within a box (x, y, width, height), filled or stroked."""

    box: tuple[float, float, float, float]
    data: str
    fill: Colour | None = None
    stroke: Colour | None = None
    line: float = 0.3


@dataclass(frozen=True, slots=True)
class Page:
    """One page: width, height and what stands on it, later things above earlier ones."""

    width: float
    height: float
    things: Sequence[Text | Path]


@dataclass(frozen=True, slots=True)
class Document:
    """What becomes a file. ``custom`` are the document's own data by name (CustomDatas); days are ISO texts."""

    identity: str  # 32 hex digits
    title: str
    author: str
    created_on: str
    pages: Sequence[Page]
    custom: Mapping[str, str] = field(default_factory=dict)

    def characters(self) -> set[str]:
        """Every character that is set as text."""
        return {c for page in self.pages for thing in page.things if isinstance(thing, Text) for c in thing.text}


def rectangle(x: float, y: float, width: float, height: float, colour: Colour, line: float) -> Path:
    """A frame."""
    edges = f"M 0 0 L {_n(width)} 0 L {_n(width)} {_n(height)} L 0 {_n(height)} C"
    return Path((x, y, width, height), edges, stroke=colour, line=line)


def squares(x: float, y: float, edge: float, rows: Sequence[Sequence[int]]) -> Path:
    """A matrix code: one path, a rectangle for each run of dark modules."""
    count = len(rows)
    module = edge / count
    parts = []
    for line, row in enumerate(rows):
        start = None
        for column in range(count + 1):
            dark = column < count and bool(row[column])
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                left, right = _n(start * module), _n(column * module)
                top, foot = _n(line * module), _n((line + 1) * module)
                parts.append(f"M {left} {top} L {right} {top} L {right} {foot} L {left} {foot} C")
                start = None
    return Path((x, y, edge, edge), " ".join(parts), fill=BLACK)


def content_xml(page: Page, numbers: Mapping[str, int], first_id: int) -> tuple[bytes, int]:
    """The page's file and the first free id. ``numbers`` are the glyphs of the embedded font."""
    identity, parts = first_id, []
    for thing in page.things:
        parts.append(_text(thing, numbers, identity) if isinstance(thing, Text) else _path(thing, identity))
        identity += 1
    said = (
        f'{HEAD}<ofd:Page xmlns:ofd="{NAMESPACE}"><ofd:Area><ofd:PhysicalBox>0 0 {_n(page.width)} {_n(page.height)}'
        f'</ofd:PhysicalBox></ofd:Area><ofd:Content><ofd:Layer ID="{first_id - 1}" Type="Body">{"".join(parts)}'
        "</ofd:Layer></ofd:Content></ofd:Page>"
    )
    return said.encode(), identity


def _text(thing: Text, numbers: Mapping[str, int], identity: int) -> str:
    advances = [fonts.glyph(character).advance * thing.size / fonts.UNITS for character in thing.text]
    width, height = sum(advances), thing.size * (fonts.ASCENT - fonts.DESCENT) / fonts.UNITS
    rise = thing.size * fonts.ASCENT / fonts.UNITS
    count = len(thing.text)
    glyphs = " ".join(str(numbers[character]) for character in thing.text)
    delta = f' DeltaX="{" ".join(map(_n, advances[:-1]))}"' if count > 1 else ""
    return (
        f'<ofd:TextObject ID="{identity}" Boundary="{_n(thing.x)} {_n(thing.y - rise)} {_n(width)} {_n(height)}" '
        f'Font="{FONT_ID}" Size="{_n(thing.size)}"><ofd:FillColor Value="{_colour(thing.colour)}"/>'
        f'<ofd:CGTransform CodePosition="0" CodeCount="{count}" GlyphCount="{count}"><ofd:Glyphs>{glyphs}</ofd:Glyphs>'
        f'</ofd:CGTransform><ofd:TextCode X="0" Y="{_n(rise)}"{delta}>{escape(thing.text)}</ofd:TextCode>'
        "</ofd:TextObject>"
    )


def _path(thing: Path, identity: int) -> str:
    x, y, width, height = thing.box
    fill = f'<ofd:FillColor Value="{_colour(thing.fill)}"/>' if thing.fill else ""
    stroke = f'<ofd:StrokeColor Value="{_colour(thing.stroke)}"/>' if thing.stroke else ""
    return (
        f'<ofd:PathObject ID="{identity}" Boundary="{_n(x)} {_n(y)} {_n(width)} {_n(height)}" '
        f'LineWidth="{_n(thing.line)}" Stroke="{"true" if thing.stroke else "false"}" '
        f'Fill="{"true" if thing.fill else "false"}">{stroke}{fill}'
        f"<ofd:AbbreviatedData>{thing.data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def _n(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")


def _colour(colour: Colour) -> str:
    return " ".join(map(str, colour))
