"""Sub-commands of ``./yw``: the sentence in the list of a command is also what the sub-command's own ``--help`` says."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any


class Subcommands:
    """What ``add_subparsers`` answers, for a command that does nothing by itself."""

    def __init__(self, parser: ArgumentParser, *, dest: str = "deed", metavar: str | None = None) -> None:
        self._made = parser.add_subparsers(dest=dest, required=True, metavar=metavar)

    def add_parser(self, name: str, *, help: str) -> Any:
        return self._made.add_parser(name, help=help, description=help)
