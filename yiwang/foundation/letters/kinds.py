"""What packs declare about letters: their kinds and wording, which seal belongs on which, and texts of messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from yiwang.foundation.seals.models import Seal
from yiwang.kernel import packs

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
GIVEN = {"addressee", "organ", "day", "letter_number", "code"}  # what the renderer itself knows
NO_SEAL = "none"


class FieldOf(packs.Row):
    """One thing a letter is set from. ``lines`` is a list of texts, ``rows`` a list of tables' rows (name → text)."""

    title: str
    kind: Literal["text", "lines", "rows"] = "text"
    required: bool = False


class Column(packs.Row):
    field: str
    title: str
    width: Annotated[str, Field(pattern=r"^[0-9.]+(fr|em|mm)$")] = "1fr"


class Part(packs.Row):
    """A paragraph, a list or a table. With ``when``, only if that field holds something."""

    text: str = ""
    lines: str = ""
    rows: str = ""
    columns: list[Column] = []
    when: str = ""

    @model_validator(mode="after")
    def _one_thing(self) -> Part:
        if [bool(self.text), bool(self.lines), bool(self.rows)].count(True) != 1:
            raise ValueError("每一段须且只能有 text、lines、rows 之一")
        if bool(self.rows) != bool(self.columns):
            raise ValueError("rows 须同时写明 columns")
        return self


class LetterKind(packs.Rule):
    """A kind of letter. ``mark`` is its word in the number (文号), ``receipt`` prints lines for a signature."""

    mark: Annotated[str, Field(min_length=1, max_length=8)]
    layout: Literal["letter", "certificate", "report"] = "letter"
    slip: bool = False
    receipt: bool = False
    headline: str = ""  # placeholders allowed; empty: the title
    fields: dict[str, FieldOf]
    body: list[Part] = []
    pairs: list[str] = []
    remedies: str = ""
    contact: str = ""

    @model_validator(mode="after")
    def _names_what_it_declares(self) -> LetterKind:
        known = self.fields.keys() | GIVEN
        if unknown := sorted(set(self._mentioned()) - known):
            raise ValueError(f"用到了没有声明的要素：{'、'.join(unknown)}")
        for part in self.body:
            for name, kind in ((part.lines, "lines"), (part.rows, "rows")):
                if name and self.fields[name].kind != kind:
                    raise ValueError(f"要素 {name} 不是 {kind}")
        return self

    def _mentioned(self) -> Iterator[str]:
        for text in (self.headline, self.remedies, self.contact, *(part.text for part in self.body)):
            yield from PLACEHOLDER.findall(text)
        for part in self.body:
            yield from (name for name in (part.lines, part.rows, part.when) if name)
        yield from self.pairs


class SealRow(packs.Row):
    """One line of the table: on these letters belongs this kind of seal, and never that of these kinds of organ."""

    letters: list[str]
    seal: str
    whose: str
    never: list[str] = []
    basis: str = ""

    @model_validator(mode="after")
    def _a_seal_there_is(self) -> SealRow:
        if self.seal not in {NO_SEAL, *Seal.Kind.values}:
            raise ValueError(f"没有 {self.seal} 这种印章")
        return self


class SealTable(packs.Rule):
    """用印表: which seal goes on which letter. A letter stands in one row only."""

    rows: list[SealRow]

    @model_validator(mode="after")
    def _each_letter_once(self) -> SealTable:
        named = [letter for row in self.rows for letter in row.letters]
        if twice := sorted({letter for letter in named if named.count(letter) > 1}):
            raise ValueError(f"文书重复出现在用印表中：{'、'.join(twice)}")
        return self

    def row(self, letter: str) -> SealRow | None:
        """The line for a kind of letter, or None if the table does not name it."""
        return next((row for row in self.rows if letter in row.letters), None)


class MessageKind(packs.Rule):
    """The text of a message: what happened, what to do, by when, whom to call. Never an ID number. ``staff`` are told of
    work that waits for them."""

    audience: Literal["applicant", "staff"] = "applicant"
    text: Annotated[str, Field(min_length=1, max_length=400)]
    fields: list[str]

    @model_validator(mode="after")
    def _names_what_it_declares(self) -> MessageKind:
        if unknown := sorted(set(PLACEHOLDER.findall(self.text)) - set(self.fields)):
            raise ValueError(f"用到了没有声明的要素：{'、'.join(unknown)}")
        return self


packs.kind("letter", folder="letters", schema=LetterKind)
packs.kind("seal-table", folder="seals", schema=SealTable, refers={"rows.letters": "letter"})
packs.kind("message", folder="messages", schema=MessageKind)
