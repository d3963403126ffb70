"""What packs declare about orders: limits by kind, minutes to respond and to rule, how often one number may come, topics."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from yiwang.governance.hotline.models import Kind
from yiwang.kernel import packs
from yiwang.kernel.workhours import Hours, hours_of

KIND = "hotline-rule"
RULE = "hotline.orders"
Days = Annotated[int, Field(ge=1, le=250)]
Minutes = Annotated[int, Field(ge=1, le=10_000)]


class Limit(packs.Row):
    """Working days of one kind: in general, and on the firms' line."""

    kind: str
    days: Days
    firm_days: Days

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in Kind.values:
            raise ValueError(f"诉求类型只能是 {'、'.join(Kind.values)}")
        return kind

    @property
    def title(self) -> str:
        return Kind(self.kind).label


class Business(packs.Row):
    """营商环境投诉, as it is published: the group of topics it may be about, how long it may be extended, how few make a
    share say nothing, and in words who may complain, how, what comes of it and where it ends."""

    group: Annotated[str, Field(min_length=1, max_length=30)]
    extension_days: Days
    small: Annotated[int, Field(ge=2, le=100)]
    scope: Annotated[list[str], Field(min_length=1)]
    ways: Annotated[list[str], Field(min_length=1)]
    secrecy: Annotated[list[str], Field(min_length=1)]
    ends: Annotated[list[str], Field(min_length=1)]
    basis: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]


class Topic(packs.Row):
    """诉求主题: what an order is about. ``against_hotline``: a complaint or report of it complains of the hotline itself."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,38}$")]
    title: Annotated[str, Field(min_length=1, max_length=30)]
    group: Annotated[str, Field(min_length=1, max_length=30)]
    against_hotline: bool = False


class HotlineRule(packs.Rule):
    """``limit`` a kind: working days. ``…_minutes`` run in ``hours`` of working days only. ``looks``: how many histories an
    operator may read within an hour without an order coming of it. ``number_a_day``: orders one number may hand in over the
    network in a day. ``overseer``: code of the organ that reviews, calls back and judges where the hotline is complained of."""

    limit: Annotated[list[Limit], Field(min_length=1)]
    topic: Annotated[list[Topic], Field(min_length=1)]
    business: Business
    urgent_days: Days
    extension_days: Days
    redo_days: Days
    follow_days: Days
    callback_days: Days
    judge_days: Days
    part_days: Days
    return_days: Days
    urgent_minutes: Minutes
    firm_minutes: Minutes
    ruling_minutes: Minutes
    hours: Annotated[list[str], Field(min_length=1)]
    tries: Annotated[int, Field(ge=1, le=20)]
    looks: Annotated[int, Field(ge=1, le=200)]
    number_a_day: Annotated[int, Field(ge=1, le=1000)]
    client_a_minute: Annotated[int, Field(ge=1, le=10_000)]
    overseer: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,38}$")]

    @model_validator(mode="after")
    def _whole(self) -> HotlineRule:
        if sorted(one.kind for one in self.limit) != sorted(Kind.values):
            raise ValueError("每种诉求类型都须有一个期限，且只有一个")
        if len({one.id for one in self.topic}) < len(self.topic):
            raise ValueError("诉求主题重复")
        if not self.business_topics():
            raise ValueError(f"诉求主题里没有“{self.business.group}”这一组，营商环境投诉无从选择")
        hours_of(self.hours)
        return self

    def days_of(self, kind: str, *, firm: bool, urgent: bool) -> int:
        """The limit of an order in working days: the shortest of those that apply."""
        limit = next(one for one in self.limit if one.kind == kind)
        days = limit.firm_days if firm else limit.days
        return min(days, self.urgent_days) if urgent else days

    def extension_of(self, kind: str) -> int:
        """By how many working days an order may be extended, together."""
        return self.business.extension_days if kind == Kind.BUSINESS else self.extension_days

    def business_topics(self) -> list[Topic]:
        """What a 营商环境投诉 may be about."""
        return [one for one in self.topic if one.group == self.business.group]

    def minutes_of(self, *, firm: bool, urgent: bool) -> int | None:
        """Working minutes in which the caller is to be contacted; ``None`` where nothing is promised."""
        promised = ([self.urgent_minutes] if urgent else []) + ([self.firm_minutes] if firm else [])
        return min(promised, default=None)

    def spans(self) -> Hours:
        return hours_of(self.hours)

    def topic_of(self, code: str) -> Topic | None:
        return next((one for one in self.topic if one.id == code), None)


packs.kind(KIND, folder="hotline", schema=HotlineRule)
