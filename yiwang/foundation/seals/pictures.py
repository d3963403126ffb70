"""The face of a seal as SVG: red circle or oval, the organ's name along the rim, a star, the kind, and 测试用.

Characters are drawn as outlines taken from the font, so the picture looks the same in every reader and needs no font.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pylopdf_fonts_zh_cn as fonts
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from yiwang.foundation.seals.certificates import TEST_MARK
from yiwang.foundation.seals.rules import Face
from yiwang.kernel.refusal import Refusal

RED = "#c81e1e"
ROUND, OVAL = "round", "oval"
SIZES = {ROUND: (42, 42), OVAL: (45, 30)}  # millimetres; 42 is the county level's own in 国发〔1999〕25号


@lru_cache(maxsize=1)
def _font() -> tuple[Any, dict[int, str], Any, int]:
    font = TTFont(fonts.serif_path(), lazy=True)
    return font.getGlyphSet(), font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm


@lru_cache(maxsize=4096)
def _outline(character: str) -> tuple[str, float]:
    """SVG path of one character in font units (y upwards) and its advance in ems."""
    glyphs, names, widths, units = _font()
    name = names.get(ord(character))
    if name is None:
        raise Refusal(f"印章文字“{character}”在字库中没有字形，请改用规范汉字。", code="missing-glyph", field="name")
    pen = SVGPathPen(glyphs, ntos=lambda number: str(round(number)))
    glyphs[name].draw(pen)
    return pen.getCommands(), widths[name][0] / units


def _character(character: str, x: float, y: float, size: float, turn: float = 0, narrow: float = 1) -> str:
    """One character, its middle at (x, y) millimetres, ``size`` millimetres high, turned by ``turn`` degrees."""
    path, advance = _outline(character)
    scale = size / 1000
    return (
        f'<path d="{path}" transform="translate({x:.2f} {y:.2f}) rotate({turn:.2f}) '
        f'scale({scale * narrow:.5f} {-scale:.5f}) translate({-advance * 500:.0f} -380)"/>'
    )


def _line(text: str, x: float, y: float, size: float) -> str:
    step = size * 1.02
    start = x - step * (len(text) - 1) / 2
    return "".join(_character(c, start + i * step, y, size) for i, c in enumerate(text))


def _rim(text: str, x: float, y: float, across: float, high: float, size: float, spread: float) -> str:
    """Text along the upper rim of an ellipse with half axes ``across`` and ``high``, over ``spread`` degrees."""
    out = []
    for character, angle in zip(text, _even(len(text), across, high, spread), strict=True):
        at_x, at_y = x + across * math.cos(angle), y + high * math.sin(angle)
        # upright to the ellipse: the normal there, not the radius
        turn = math.degrees(math.atan2(math.sin(angle) / high, math.cos(angle) / across)) + 90
        out.append(_character(character, at_x, at_y, size, turn, 0.9))
    return "".join(out)


def _even(count: int, across: float, high: float, spread: float) -> list[float]:
    """``count`` angles over ``spread`` degrees around the top whose distances *along* the ellipse are equal."""
    if count == 1:
        return [math.radians(-90)]
    angles = [math.radians(-90 - spread / 2 + spread * i / 720) for i in range(721)]
    run = [0.0]
    for a, b in pairwise(angles):
        run.append(run[-1] + math.hypot(across * (math.cos(b) - math.cos(a)), high * (math.sin(b) - math.sin(a))))
    return [angles[bisect_left(run, run[-1] * i / (count - 1) - 1e-9)] for i in range(count)]


def _star(x: float, y: float, radius: float) -> str:
    points = []
    for i in range(10):
        reach = radius if i % 2 == 0 else radius * 0.381966  # a regular star: 1 / golden ratio squared
        angle = math.radians(-90 + 36 * i)
        points.append(f"{x + reach * math.cos(angle):.2f},{y + reach * math.sin(angle):.2f}")
    return f'<polygon points="{" ".join(points)}" stroke="none"/>'


def draw(*, organ: str, kind: str, shape: str = ROUND, test: bool = True) -> Face:
    """The face of a seal. ``kind`` is empty for 机关公章. Refuses characters the font does not have."""
    width, height = SIZES[shape]
    x, y = width / 2, height / 2
    rim = 1.2 if shape == ROUND else 1.0
    size = min(5.2 if shape == ROUND else 4.2, 62 / max(len(organ), 8))
    spread = min(14.0 * (len(organ) - 1) + 70, 250 if shape == ROUND else 230)
    mark = TEST_MARK if test else ""
    parts = [
        f'<ellipse cx="{x}" cy="{y}" rx="{x - rim}" ry="{y - rim}" fill="none" stroke="{RED}" stroke-width="{rim}"/>',
        f'<g fill="{RED}" stroke="{RED}" stroke-width="14">',  # stroke in font units: bolder, as engraved
        _rim(organ, x, y, x - rim - size * 0.85, y - rim - size * 0.85, size, spread),
    ]
    if shape == ROUND:
        parts += [_star(x, y - 0.5, 6.5), _line(kind, x, y + 11.2, min(3.9, 26 / max(len(kind), 1)))]
        parts += [_line(mark, x, y + 16.0, 3.0)]
    else:
        parts += [_line(kind, x, y + 1.6, 4.0), _line(mark, x, y + 7.6, 3.0)]
    parts.append("</g>")
    body = "".join(parts)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}">{body}</svg>'
    )
    return Face(svg, width, height)
