"""Invented logs in the shapes municipal systems abroad export: nested XES with start/complete pairs, and tables that
spreadsheets have been through. No row is anybody's."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta, timezone
from xml.sax.saxutils import quoteattr

CODES = [
    "01_HOOFD_010",
    "01_HOOFD_065_2",
    "08_AWB45_020_1",
    "T02 Check confirmation of receipt",
    "T10 Determine necessity",
]
ZONES = [timezone(timedelta(hours=1)), timezone(timedelta(hours=2)), UTC]


def attribute(kind: str, key: str, value: object, inside: str = "") -> str:
    return f"<{kind} key={quoteattr(key)} value={quoteattr(str(value))}>{inside}</{kind}>"


def event(activity: str, moment: str | None, **more: str) -> str:
    said = [attribute("string", "concept:name", activity)] if activity else []
    if moment is not None:
        said.append(attribute("date", "time:timestamp", moment))
    said += [attribute("string", key.replace("__", ":"), value) for key, value in more.items()]
    return f"<event>{''.join(said)}</event>"


def trace(case: str, events: list[str]) -> str:
    about = [
        attribute("string", "concept:name", case),
        attribute("boolean", "Includes_subCases", "false"),
        attribute("float", "SUMleges", "1201.25", attribute("string", "unit", "EUR")),
        '<list key="parts"><values><string key="part" value="Bouw"/><string key="part" value="Kap"/></values></list>',
        '<container key="land_register"><id key="id" value="a-1"/></container>',
    ]
    return f"<trace>{''.join(about)}{''.join(events)}</trace>"


def xes(traces: list[str], *, namespace: str = "") -> str:
    declared = f' xmlns="{namespace}"' if namespace else ""
    head = (
        '<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>'
        '<global scope="trace"><string key="concept:name" value="name"/></global>'
        '<global scope="event"><date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/></global>'
        '<classifier name="Activity" keys="concept:name lifecycle:transition"/>'
        '<string key="concept:name" value="vergunningen"/>'
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><log xes.version="2.0"{declared}>{head}{"".join(traces)}</log>'


def dutch(cases: int, *, seed: int = 1, namespace: str = "") -> tuple[str, int]:
    """A log of 2010-2016 with start/complete pairs, numbered clerks and offsets that change with the season; its events."""
    chance = random.Random(seed)
    traces, count = [], 0
    for number in range(cases):
        moment = datetime(2010, 10, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(50_000))
        events = []
        for activity in chance.choices(CODES, k=chance.randint(1, 6)):
            clerk = str(560800 + chance.randrange(90))
            for transition in ("start", "complete"):
                moment += timedelta(minutes=chance.randrange(3000))
                said = moment.astimezone(chance.choice(ZONES)).isoformat(timespec="milliseconds")
                events.append(event(activity, said, lifecycle__transition=transition, org__resource=clerk))
        count += len(events)
        traces.append(trace(f"WABO/{number}", events))
    return xes(traces, namespace=namespace), count


def table(rows: list[list[str]], *, delimiter: str = ";", ending: str = "\r\n") -> str:
    """As a spreadsheet writes it: everything quoted, quotes doubled."""
    return "".join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) + ending for row in rows)
