"""Code lists (GB/T 39046-2020 Annex A and our own): rules declared in packs, read from what is loaded."""

from __future__ import annotations

from datetime import date

from pydantic import Field, model_validator

from yiwang.foundation.packs import queries as packs_queries
from yiwang.kernel.packs import Row, Rule

LISTS = {
    "type": "item-type",
    "power-type": "power-type",
    "level": "exercise-level",
    "body": "body-kind",
    "object": "service-object",
    "form": "handling-form",
    "handling": "handling-type",
    "special": "special-procedure",
    "satisfaction": "satisfaction",
    "theme": "service-theme",
}


class Code(Row):
    code: str
    name: str


class CodeList(Rule):
    """One list: its codes in the standard's order, each once."""

    codes: tuple[Code, ...] = Field(min_length=1)
    note: str = ""

    @model_validator(mode="after")
    def _each_once(self) -> CodeList:
        codes = [one.code for one in self.codes]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"代码重复：{'、'.join(twice)}")
        return self

    def names(self) -> dict[str, str]:
        return {one.code: one.name for one in self.codes}


def names(which: str, on: date) -> dict[str, str]:
    """Code → Chinese name of a list (keys of ``LISTS``) in force on a day, in its order; empty if none is loaded."""
    try:
        value: CodeList = packs_queries.rule("code-list", LISTS[which], on).value
    except packs_queries.NoSuchRule:
        return {}
    return value.names()
