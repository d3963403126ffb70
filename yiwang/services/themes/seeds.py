"""Themes are rules of a county: which questions lead to which items stays in its guidances."""

from __future__ import annotations

from yiwang.kernel import packs
from yiwang.services.catalogue import questions
from yiwang.services.themes.declarations import KIND, Theme

packs.kind(KIND, folder="themes", schema=Theme, refers={"guidance": questions.KIND})
