"""The machines on a counter: who answers for the ID-card reader and the document scanner.

Both stand on the clerk's own desk, so the browser asks them, not the server: a small program beside the driver listens on
the clerk's machine. One contract for every maker, and for the simulators the demo has (``docs/how-to/devices.md``):

* card reader: ``GET`` → 200 with JSON ``{"name", "number", "address"}``, 404 while no card lies on it;
* scanner: ``GET`` → 200 with one page (JPEG, PNG or PDF), 404 while nothing lies in it;
* printer of a terminal: ``POST`` a PDF, or the lines of a slip as ``text/plain`` → 200 once printed, without asking anybody;
  503 with JSON ``{"trouble"}`` (缺纸) while it cannot.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import segno
from django.conf import settings

from yiwang.kernel.refusal import NotFound, Refusal

SIMULATED = "simulated"
OWN_MACHINE = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
PERSONS = Path("people") / "persons.csv"
MOST_CARDS = 12


class Misconfigured(Refusal):
    """The setting names something that is not on the clerk's own machine."""

    code = "device-misconfigured"


@dataclass(frozen=True, slots=True)
class IdCard:
    """What stands on a resident identity card, as far as a counter needs it."""

    name: str
    number: str
    address: str


@dataclass(frozen=True, slots=True)
class Device:
    """``address`` is what the browser asks; empty where the house has no such device and everything is typed."""

    address: str
    simulated: bool = False

    def __bool__(self) -> bool:
        return bool(self.address)


def card_reader(simulator: str = "/desk/counter/devices/card/") -> Device:
    return _chosen(settings.CARD_READER, simulator)


def scanner(simulator: str = "/desk/counter/devices/page/") -> Device:
    return _chosen(settings.SCANNER, simulator)


def printer(simulator: str) -> Device:
    """The silent printer of a terminal; none: the browser's own printing is asked for."""
    return _chosen(settings.PRINTER, simulator)


def _chosen(setting: str, simulator: str) -> Device:
    """Refused (``Misconfigured``): an address elsewhere than on the clerk's own machine, to which cards would be sent."""
    if setting in ("", SIMULATED):
        return Device(simulator, simulated=True) if setting and settings.DEMO else Device("")
    parts = urlsplit(setting)
    if parts.scheme not in {"http", "https"} or parts.hostname not in OWN_MACHINE:
        raise Misconfigured("读卡器、高拍仪、打印机的地址只能是本机（127.0.0.1）上的驱动程序，请联系系统管理员。")
    return Device(setting)


def simulated_cards() -> list[IdCard]:
    """The invented people of the demo's packs, any of whose cards may lie on the simulated reader. 404 outside the demo."""
    if not settings.DEMO:
        raise NotFound("没有这个页面，或者您无权查看。")
    found: list[IdCard] = []
    for pack in settings.PACKS:
        if (pack / PERSONS).exists():
            with (pack / PERSONS).open(encoding="utf-8", newline="") as file:
                rows = csv.DictReader(line for line in file if not line.startswith("#"))
                found += [IdCard(row["name"], row["id_number"], row["address"]) for row in rows]
    return found[:MOST_CARDS]


def simulated_card(number: str = "") -> IdCard:
    """The card with that number, or the first one; 404 if none of the demo's people has it."""
    for card in simulated_cards():
        if number in ("", card.number):
            return card
    raise NotFound("读卡器上没有证件，请放好身份证再读。", code="no-card")


def simulated_page(ordinal: int) -> bytes:
    """A page as a scanner would hand it over: a PNG that says it is one of the demo's."""
    if not settings.DEMO:
        raise NotFound("没有这个页面，或者您无权查看。")
    out = io.BytesIO()
    segno.make(f"演示扫描页 {ordinal}，不是真实材料", error="m").save(out, kind="png", scale=8, border=6)
    return out.getvalue()
