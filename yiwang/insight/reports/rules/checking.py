"""All checks over one report as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from yiwang.insight.reports.rules import figures, form, prose, wording
from yiwang.insight.reports.rules.cards import Card
from yiwang.insight.reports.rules.findings import Finding, ordered
from yiwang.insight.reports.rules.wording import Paragraph, Part, Stand


@dataclass(frozen=True, slots=True)
class Draft:
    """A report as it would be signed on ``signed_on``. ``grid`` are names that stand in tables, not in the text."""

    title: str
    year: int
    organ: str
    main: tuple[str, ...]
    copies: tuple[str, ...]
    parts: tuple[Part, ...]
    cards: Mapping[str, Card]
    signed_on: date
    cut_off_on: date
    grid: tuple[str, ...] = ()

    def values(self) -> dict[str, str]:
        """What each name prints."""
        day = self.cut_off_on
        return {name: card.printed for name, card in self.cards.items()} | {
            "year": str(self.year),
            "last_year": str(self.year - 1),
            "next_year": str(self.year + 1),
            "organ": self.organ,
            "cut_off": f"{day.year}年{day.month}月{day.day}日",
        }

    def body(self) -> list[Paragraph]:
        return wording.paragraphs(self.parts, self.values())

    def used(self) -> set[str]:
        """Figures the text names (or a table shows), and those the named ones rest on."""
        named = {name for part in self.parts for name in wording.names(part.text)} | set(self.grid)
        waiting = [name for name in named if name in self.cards]
        found: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in found or name not in self.cards:
                continue
            found.add(name)
            waiting += [*self.cards[name].parts, *self.cards[name].of]
        return found

    def whole(self) -> tuple[str, list[Stand], dict[str, tuple[int, int]]]:
        """The printed text from title to copies, where figures stand in it, and where its sections do."""
        body = self.body()
        day = self.signed_on
        before = [self.title, "、".join(self.main) + "："]
        behind = [self.organ, f"{day.year}年{day.month}月{day.day}日"]
        if self.copies:
            behind.append(f"抄送：{'、'.join(self.copies)}。")
        text, stands = wording.joined(before, body, behind)
        titles = [(one.section, one.text) for one in body if one.level == 1]
        sections = prose.bounds(text, titles)
        if titles:  # the last section ends where the organ's name begins
            last = titles[-1][0]
            tail = len("\n".join(behind))
            sections[last] = (sections[last][0], len(text) - tail)
        given = set(wording.GIVEN)
        return text, [one for one in stands if one.figure not in given], sections


@dataclass(frozen=True, slots=True)
class Asked:
    """What the pack asks of a report of this kind."""

    document: str
    basis: str
    before: date
    recipients: tuple[form.Recipient, ...] = ()
    forbidden: tuple[str, ...] = ()
    jump_percent: Decimal = Decimal(20)
    jump_points: Decimal = Decimal(2)
    over: bool = True  # the year must be over when it is signed, or the report says so


def findings(draft: Draft, asked: Asked) -> list[Finding]:
    """Everything found, musts first."""
    used = draft.used()
    cards: Sequence[Card] = list(draft.cards.values())
    whole, stands, sections = draft.whole()
    text, claims = prose.read(whole)
    found = [
        *form.recipients(asked.recipients, draft.main, draft.copies),
        *form.lateness(draft.year, asked.before, draft.signed_on, asked.basis),
        *(form.early(draft.year, draft.signed_on) if asked.over else ()),
        *form.sections(draft.parts),
        *form.words(draft.parts, asked.forbidden, asked.document),
        *figures.unfilled(cards, used),
        *figures.parts(draft.cards),
        *figures.rates(draft.cards),
        *figures.two_values(cards, used),
        *figures.cut_offs(cards, used, draft.signed_on),
        *figures.jumps(cards, used, asked.jump_percent, asked.jump_points),
        *prose.unbound(text, stands, sections),
        *prose.units(text, stands, draft.cards),
        *prose.claims(text, claims, sections),
    ]
    return ordered(_once(found))


def _once(found: Sequence[Finding]) -> list[Finding]:
    """The same finding is said once."""
    return list({one.key: one for one in found}.values())
