"""The shape of a list that an endpoint hands out page by page: rows, and the mark from which the next page goes on."""

from __future__ import annotations

from typing import Generic, TypeVar

from ninja import Schema
from pydantic import Field

Row = TypeVar("Row")
Mark = TypeVar("Mark")


class Page(Schema, Generic[Row, Mark]):
    """One page. ``next`` is handed back as it came, as the parameter the endpoint names; empty on the last page. Each list
    names its own page (``class ItemPage(Page[ItemOut, str])``), so that the description keeps a readable name."""

    items: list[Row]
    next: Mark | None = Field(description="翻到下一页时原样交回；没有下一页时为空")
