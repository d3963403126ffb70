"""The command line itself: how a command ends that nobody waits for any more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_ctrl_c_while_a_command_still_imports_ends_it_in_one_sentence(tmp_path):
    # a settings module that never finishes importing: the interrupt always comes while Django is still being read
    (tmp_path / "endless.py").write_text("import time\nprint('importing', flush=True)\ntime.sleep(60)\n")
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "endless", "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, str(ROOT / "manage.py"), "facts"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=env, stdout=pipe, stderr=pipe, text=True) as running:
        assert running.stdout.readline() == "importing\n"
        time.sleep(0.2)
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=30)[1]
    assert (said, running.returncode) == ("已中断。\n", 130)
