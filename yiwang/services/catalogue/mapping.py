"""How a county binds another system's list of items to its own catalogue: one TOML rule, every decision stated. Pure.

The same file drives the demo county's pack and ``./yw catalogue import FILE --mapping M``. Nothing is decided outside
it, and every row ends in one of four ways: imported, merged, refused, left aside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from yiwang.kernel.packs import Rule

Pattern = Annotated[str, Field(min_length=1)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


class Columns(Part):
    """Which column of the file holds what. Optional ones may be left out; other columns are not read."""

    code: str
    name: str
    type: str
    department: str
    main_name: str = ""
    credit_code: str = ""
    department_code: str = ""


class Code(Part):
    """How the item's own code is cut from the source code: the group ``code`` of ``pattern``."""

    pattern: Pattern

    @model_validator(mode="after")
    def _names_the_group(self) -> Code:
        if "code" not in re.compile(self.pattern).groupindex:
            raise ValueError("pattern 须含名为 code 的分组，如 ^(?P<code>.+)$")
        return self


class CreditCode(Part):
    """What happens to a row whose implementing body has no credit code, or one whose check character is wrong."""

    missing: Literal["import", "refuse"]
    invalid: Literal["import", "refuse"]


class CodePart(Part):
    """Departments that a part of the source code names (group ``part``)."""

    pattern: Pattern
    organs: Mapping[str, str]


class Clean(Part):
    """Words taken out of a name, and why."""

    pattern: Pattern
    says: str


class LeaveAside(Part):
    """Names that are not taken over, and why."""

    pattern: Pattern
    says: str


class Reassign(Part):
    """Rows of one department whose name, or main item, fits ``pattern`` belong to ``organ`` here. First rule wins."""

    department: str
    pattern: Pattern
    organ: str


class Adopt(Part):
    """A source code that this county lists under a code and a name of its own."""

    source: str
    code: str
    name: str = ""


class Theme(Part):
    """Items whose name or main item fits ``pattern`` are listed under the theme (code list ``service-theme``)."""

    theme: str
    pattern: Pattern


class AtPlace(Part):
    """Which items are handled at places of a kind. ``mode``: handled there, or received and passed on."""

    kind: Literal["hall", "town", "village"]
    pattern: Pattern
    mode: Literal["handle", "receive", "consult"] = "handle"


class ImportMapping(Rule):
    """One file's binding. ``departments`` maps its departments to organ codes; ``spread`` lists departments that do
    not exist here and whose items ``reassign`` and ``code_part`` distribute (left aside where no rule fits)."""

    file: str = ""
    columns: Columns
    code: Code
    types: Mapping[str, str]
    exercise_level: Annotated[str, Field(pattern=r"^[1-7]$")] = "4"
    credit_code: CreditCode
    departments: Mapping[str, str]
    spread: Sequence[str] = ()
    code_part: CodePart | None = None
    reassign: Sequence[Reassign] = ()
    clean: Sequence[Clean] = ()
    leave_aside: Sequence[LeaveAside] = ()
    adopt: Sequence[Adopt] = ()
    theme: Sequence[Theme] = ()
    at_place: Sequence[AtPlace] = ()
    derive_powers: bool = False

    @model_validator(mode="after")
    def _patterns_compile(self) -> ImportMapping:
        patterns = [self.code.pattern]
        patterns += [one.pattern for one in self.reassign] + [one.pattern for one in self.clean]
        patterns += [one.pattern for one in self.leave_aside] + [one.pattern for one in self.theme]
        patterns += [one.pattern for one in self.at_place]
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"正则 {pattern!r} 有误：{error}") from error
        both = set(self.spread) & set(self.departments)
        if both:
            raise ValueError(f"部门既在 departments 又在 spread：{'、'.join(sorted(both))}")
        return self

    def organs(self) -> set[str]:
        """Every organ code the mapping names."""
        part = self.code_part.organs.values() if self.code_part else ()
        return {*self.departments.values(), *(one.organ for one in self.reassign), *part}
