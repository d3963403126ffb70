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


def main(arguments: list[str]) -> None:
    from django.core.management import execute_from_command_line

    from yiwang.config.embedded import running

    command = arguments[1] if len(arguments) > 1 else "help"
    explains = command in WITHOUT_DATABASE or not {"--help", "-h"}.isdisjoint(arguments)
    with nullcontext() if explains else running():
        execute_from_command_line(arguments)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.config.settings")
    from yiwang.kernel import pipes

    sys.exit(pipes.heard(main, sys.argv))
