"""The command line itself: how a command ends that nobody waits for any more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.core import management
from django.db import ProgrammingError
from psycopg.errors import UndefinedColumn, UndefinedTable

import manage
from yiwang.config import embedded

ROOT = Path(__file__).resolve().parents[2]
# Whoever is started in the background of a shell inherits that Ctrl-C is ignored; who sits at the keyboard does not.
ENDLESS = """import signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
print("importing", flush=True)
time.sleep(60)
"""


def test_ctrl_c_while_a_command_still_imports_ends_it_in_one_sentence(tmp_path):
    # a settings module that never finishes importing: the interrupt always comes while Django is still being read
    (tmp_path / "endless.py").write_text(ENDLESS)
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "endless", "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, str(ROOT / "manage.py"), "facts"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=env, stdout=pipe, stderr=pipe, text=True) as running:
        assert running.stdout.readline() == "importing\n"
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=30)[1]
    assert (said, running.returncode) == ("已中断。\n", 130)


def test_a_house_without_tables_is_told_how_to_get_them(monkeypatch):
    missing = ProgrammingError("relation does not exist")
    missing.__cause__ = UndefinedTable()
    monkeypatch.setattr(embedded, "running", nullcontext)

    def asked(_arguments):
        raise missing

    monkeypatch.setattr(management, "execute_from_command_line", asked)
    with pytest.raises(SystemExit, match=r"先运行 \./yw demo"):
        manage.main(["manage.py", "facts"])
    missing.__cause__ = UndefinedColumn()  # a fault of ours, which nobody should be told to mend by loading data
    with pytest.raises(ProgrammingError):
        manage.main(["manage.py", "facts"])
