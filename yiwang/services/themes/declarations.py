"""What a theme declares: whose questions it asks, what else it has to ask for the guides, which fields are the same.

A rule, ``packs/<pack>/themes/<id>.toml``. Which items, in which order and why stand once, in the guidance it names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from yiwang.kernel.packs import Row, Rule
from yiwang.services.catalogue.declarations import Choices, Identifier, Text, When

KIND = "theme"
FieldPath = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,59}\.[a-z][a-z0-9_]{0,39}$")]


class Ask(Row):
    """A question the guides of several items ask, asked once. ``fills`` maps a need of the guidance to the question of
    its guide."""

    id: Identifier
    asks: Annotated[str, Field(min_length=2, max_length=120)]
    help: Text = ""
    choices: Annotated[Choices, Field(min_length=2, max_length=12)]
    fills: Annotated[Mapping[Identifier, Identifier], Field(min_length=1)]


class Same(Row):
    """Fields of several guides that mean the same thing, ``need.field``; the first one on the way is asked, once."""

    fields: Annotated[tuple[FieldPath, ...], Field(min_length=2)]


class Also(Row):
    """What else the law asks of whoever does this, without being an item one applies for here. ``mark`` says how far it
    is verified (法规…, 来源…, 待核…)."""

    title: Annotated[str, Field(min_length=2, max_length=60)]
    why: Text
    basis: Annotated[str, Field(min_length=2, max_length=200)]
    mark: Annotated[str, Field(pattern=r"^(来源|法规|待核)")]
    when: When = {}


class Theme(Rule):
    """``guidance`` is the id of the guidance whose questions, items and order this theme uses; ``organ`` the name of
    the organ that leads (牵头部门)."""

    guidance: Annotated[str, Field(min_length=2, max_length=80)]
    organ: Annotated[str, Field(min_length=2, max_length=80)]
    intro: Text = ""
    phone: Annotated[str, Field(max_length=20)] = ""
    ask: tuple[Ask, ...] = ()
    same: tuple[Same, ...] = ()
    also: tuple[Also, ...] = ()

    @model_validator(mode="after")
    def _hangs_together(self) -> Theme:
        if len({one.id for one in self.ask}) < len(self.ask):
            raise ValueError("问题的编号重复")
        filled = [(need, question) for one in self.ask for need, question in one.fills.items()]
        if len(set(filled)) < len(filled):
            raise ValueError("同一个事项的同一个问题只能由一处回答")
        fields = [field for one in self.same for field in one.fields]
        if len(set(fields)) < len(fields):
            raise ValueError("同一个栏目只能写在一组相同栏目里")
        return self
