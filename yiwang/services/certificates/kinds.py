"""What packs declare about certificates: the types (证照类型) and the county's policy for reminders and lists."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from yiwang.foundation.identifiers import rules as identifiers
from yiwang.foundation.seals.models import Seal
from yiwang.kernel import packs

TYPE, POLICY = "certificate-type", "certificate-policy"
HOLDERS = {"person": "自然人", "firm": "法人和其他组织", "any": "不限"}


class TypeField(packs.Row):
    """One thing a certificate says beside holder, number, issuer and days. ``form`` is the field of the application it
    is taken from; ``personal`` values are masked wherever staff look at them."""

    title: Annotated[str, Field(min_length=1, max_length=20)]
    form: str = ""
    required: bool = False
    personal: bool = False
    longest: Annotated[int, Field(ge=1, le=500)] = 200
    position: Annotated[int, Field(ge=0, le=99)] = 0  # a stored rule keeps no order of its own


class CertificateType(packs.Rule):
    """证照类型. ``code`` is the 21 characters of GB/T 36904 (defining body and serial); ``unverified`` marks one still to
    be compared with the national catalogue.

    An item results in it when the item is named in ``items``, or its guide's result bears the type's name or one of
    ``also``. Materials asked for by one of these names, or of ``satisfies``, are satisfied by it.

    ``least`` are the fields a clerk sees when the holder shows it within a case, beside number, issuer, validity and
    standing; ``least_for`` says otherwise for items by code (个人信息保护法 第六条: the least that the purpose needs).

    ``paper``: ``same`` where the sealed certificate, printed, is the paper one as well; ``apart`` where a paper form of
    its own is prescribed and goes out beside it (行政许可法 第三十九条; 国务院关于在线政务服务的若干规定 第十条). Each type
    says which: no law answers it for all, and a default would take away a prescribed paper form in silence.
    """

    code: Annotated[str, Field(pattern=r"^[0-9A-Z]{21}$")]
    name: Annotated[str, Field(min_length=2, max_length=60)]
    also: tuple[str, ...] = ()
    satisfies: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    issuer: str  # who may issue it, in words
    holder: Literal["person", "firm", "any"] = "any"
    validity_years: Annotated[int, Field(ge=1, le=50)] | None = None  # empty: no limit
    seal: str = "approval"
    headline: str = ""  # empty: the name
    statement: Annotated[str, Field(max_length=300)] = ""
    fields: dict[Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")], TypeField] = {}
    paper: Literal["same", "apart"]
    least: tuple[str, ...] = ()
    least_for: dict[str, tuple[str, ...]] = {}

    @field_validator("fields", mode="after")
    @classmethod
    def _in_order(cls, fields: dict[str, TypeField]) -> dict[str, TypeField]:
        return dict(sorted(fields.items(), key=lambda pair: (pair[1].position, pair[0])))

    @model_validator(mode="after")
    def _sound(self) -> CertificateType:
        if self.seal not in Seal.Kind.values:
            raise ValueError(f"没有 {self.seal} 这种印章")
        try:
            identifiers.check_uscc(self.code[:18])
        except identifiers.BadIdentifier:
            raise ValueError("类型代码前18位应为定义机构的统一社会信用代码") from None
        if not self.code[18:].isdigit():
            raise ValueError("类型代码后3位应为数字")
        for name in (*self.least, *(one for names in self.least_for.values() for one in names)):
            if name not in self.fields:
                raise ValueError(f"最少查看内容 {name} 不是照面内容")
        return self

    def shown_for(self, item_code: str) -> tuple[str, ...]:
        """The fields a clerk sees within a case about that item, in the order of the face."""
        wanted = self.least_for.get(item_code, self.least)
        return tuple(name for name in self.fields if name in wanted)

    def names(self) -> frozenset[str]:
        """Every name under which a guide may mean it as its result."""
        return frozenset({self.name, *self.also})


class CertificatePolicy(packs.Rule):
    """``remind_before``: days before expiry on which the holder is told. ``list_days``: how long a published status list
    may be relied on. ``most_rows``: of one table brought in. ``consent_seconds``: how long a clerk's asking to look waits
    for the holder's answer."""

    remind_before: Annotated[tuple[Annotated[int, Field(ge=1, le=365)], ...], Field(min_length=1)]
    list_days: Annotated[int, Field(ge=1, le=31)]
    most_rows: Annotated[int, Field(ge=1, le=200_000)]
    consent_seconds: Annotated[int, Field(ge=30, le=600)]


packs.kind(TYPE, folder="certificates", schema=CertificateType)
packs.kind(POLICY, folder="certificate-policy", schema=CertificatePolicy)
