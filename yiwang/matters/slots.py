"""Registers what this room gives to others by name: the hooks, and the inbox count for the page shell."""

from __future__ import annotations

from yiwang.matters import hooks

__all__ = ["hooks"]
