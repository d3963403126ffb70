#!/usr/bin/env python
"""Django's command line with Yiwang's settings. People use ``./yw``, which prepares the environment first."""

import os
import sys
from contextlib import nullcontext

# These bring up the installation's own PostgreSQL if it sleeps; demo and stop look after it themselves.
WITHOUT_DATABASE = {
    "demo",
    "stop",
    "restore",
    "help",
    "check",
    "makemigrations",
    "collectstatic",
    "test",
    "diffsettings",
}
NO_SUCH_TABLE = "42P01"  # SQLSTATE


def main(arguments: list[str]) -> None:
    from django.core.management import execute_from_command_line
    from django.db import ProgrammingError

    from yiwang.config.embedded import running

    command = arguments[1] if len(arguments) > 1 else "help"
    explains = command in WITHOUT_DATABASE or not {"--help", "-h"}.isdisjoint(arguments)
    with nullcontext() if explains else running():
        try:
            execute_from_command_line(arguments)
        except ProgrammingError as error:
            if getattr(error.__cause__, "sqlstate", "") != NO_SUCH_TABLE:
                raise
            sys.exit(
                "数据库里还没有数据表：请先运行 ./yw demo（示例县），或者 ./yw manage migrate 和 ./yw packs load。"
            )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.config.settings")
    from yiwang.kernel import pipes

    sys.exit(pipes.heard(main, sys.argv))
