"""Periods ``[from_on, until_on)``: how rows that hold for a time are bounded, asked and kept from overlapping."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField
from django.db.models import CheckConstraint, F, Func, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.fields import IntegerField


def holding(on: date, prefix: str = "") -> Q:
    """Rows whose period contains the day ``on``; ``prefix`` is a relation path ending in ``__``."""
    return Q(**{f"{prefix}from_on__lte": on}) & (
        Q(**{f"{prefix}until_on__isnull": True}) | Q(**{f"{prefix}until_on__gt": on})
    )


def runs_forward(name: str) -> CheckConstraint:
    """A period is empty at worst (a row ended on the day it began), never backwards."""
    return CheckConstraint(
        name=name,
        condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
        violation_error_message="止日早于起日",
    )


def never_overlaps(name: str, keys: Sequence[str], *, condition: Q | None = None) -> ExclusionConstraint:
    """No two rows with the same integer ``keys`` hold on the same day.

    Equality is written as overlap of one-number ranges, because plain ``=`` on integers in a GiST index would need
    the extension btree_gist, which the embedded server does not carry.
    """
    same: list[tuple[str | Combinable, str]] = [
        (Func(F(key), F(key), Value("[]"), function="int8range", output_field=IntegerField()), "&&") for key in keys
    ]
    period = Func(F("from_on"), F("until_on"), function="daterange", output_field=DateRangeField())
    return ExclusionConstraint(name=name, expressions=[*same, (period, "&&")], condition=condition)
