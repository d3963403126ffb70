"""``./yw demo``: a county alive in one command."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from yiwang.config import assets, children, installation
from yiwang.config.embedded import DATABASE, own_server
from yiwang.config.postgres import ServerFailed
from yiwang.config.reported import assess_last_month
from yiwang.foundation.calendar.today import now
from yiwang.kernel.packs import Broken

YEAR = settings.ROOT / "yiwang" / "config" / "year" / "profiles" / "yuancheng-2023.toml"
DEMO_SHARE = "1/20"
DEMO_DAY = date(2026, 9, 24)  # before Mid-Autumn and National Day: clocks have something to explain

CHILDREN = ("web", "worker", "year")
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # Ctrl-C, ``./yw stop``, the terminal was closed


class Command(BaseCommand):
    help = "建好环境并启动示例县：数据库、迁移、示例数据、后台任务和网页，留在前台，Ctrl-C 停止。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=int, default=os.environ.get("PORT") or "8000", help="端口，默认 $PORT 或 8000"
        )
        parser.add_argument("--host", default="127.0.0.1", help="监听地址，默认只听本机")
        parser.add_argument(
            "--full", action="store_true", help="装入整整一年的示例办件（约16万件，后台几分钟），默认二十分之一"
        )
        parser.add_argument("--no-year", action="store_true", help="不装一年的示例办件，只有手工编排的几十件")

    def handle(self, *args: Any, **options: Any) -> None:
        run = settings.VAR / "run"
        if children.alive("demo", run=run):
            raise CommandError("示例县已在运行。要重新启动，请先执行 ./yw stop")
        _refuse_taken(options["host"], options["port"])
        children.end(*CHILDREN, run=run)  # of a demo that was killed
        children.record("demo", os.getpid(), run=run)
        os.environ.setdefault("YW_TODAY", DEMO_DAY.isoformat())
        os.environ.setdefault("YW_DEMO", "1")
        settings.TODAY, settings.DEMO = date.fromisoformat(os.environ["YW_TODAY"]), True
        for sign in ENDING:
            signal.signal(sign, _interrupt)
        started = time.monotonic()
        embedded = own_server()
        try:
            self._say("准备前端组件……") if assets.prepare() else None
            if embedded:
                self._say("启动数据库……")
                embedded.start()
                embedded.create_database(DATABASE)
            installation.prepare(say=self._say)
            if options["no_year"]:  # else when the year is built: a month is counted once
                assess_last_month(now())
            assets.collect(settings.STATIC_ROOT)
            share = "" if options["no_year"] else "1" if options["full"] else DEMO_SHARE
            self._serve(options["host"], options["port"], started, embedded, share)
        except KeyboardInterrupt:
            pass
        except ServerFailed as failed:
            raise CommandError(str(failed)) from failed
        except Broken as broken:
            listed = "\n".join(f"{fault.field}　{fault.says}" for fault in broken.faults)
            stored = "已载入的规则版本不能再改；只想看新内容时，./yw stop --purge 后重来（示例数据会删除）。"
            raise CommandError(f"{broken.says}\n{listed}\n{stored}") from broken
        finally:
            _deaf()
            children.end(*CHILDREN, run=run)
            if embedded:
                embedded.stop()
            (run / "demo.pid").unlink(missing_ok=True)
            self._say("已停止。")

    def _serve(self, host: str, port: int, started: float, embedded: Any, share: str) -> None:
        run, logs = settings.VAR / "run", settings.VAR / "log"
        address = f"http://{host}:{port}"
        env = {
            "YW_SITE_URL": os.environ.get("YW_SITE_URL", address),
            "DJANGO_SETTINGS_MODULE": "yiwang.config.settings",
        }
        web = children.start(
            "web",
            [
                *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)),
                *("--workers", "2", "--blocking-threads", "1", "--no-access-log", "--log-level", "warning"),
                "yiwang.config.wsgi:application",
            ],
            run=run,
            log=logs / "web.log",
            env={**env, "YW_DB_ROLE": "yw_app", "PYTHONPATH": str(settings.ROOT)},
        )
        self._wait_for(f"{address}/", web, logs)
        worker = children.start(  # after the page answers: both take the machine for some seconds to start
            "worker",
            [sys.executable, str(settings.ROOT / "manage.py"), "worker"],
            run=run,
            log=logs / "worker.log",
            env={**env, "YW_DB_ROLE": "yw_system"},
        )
        self._welcome(address, time.monotonic() - started, embedded)
        if share:
            self._year(share, run, logs)
        while web.poll() is None and worker.poll() is None:
            time.sleep(0.5)
        fallen = "网页服务" if web.poll() is not None else "后台任务"
        log = logs / ("web.log" if web.poll() is not None else "worker.log")
        raise CommandError(f"{fallen}意外退出，日志：{log}")

    def _year(self, share: str, run: Any, logs: Any) -> None:
        """A year of invented cases behind the first page, in the background: nobody waits for it."""
        assert settings.TODAY is not None
        self._say(f"正在后台装入示例年度办件（{share}），进度见 {logs / 'year.log'}。")
        children.start(
            "year",
            [
                *(sys.executable, str(settings.ROOT / "manage.py"), "year", str(YEAR), "--once"),
                *("--share", share, "--ending", (settings.TODAY - timedelta(days=1)).isoformat()),
            ],
            run=run,
            log=logs / "year.log",
            env={"YW_DB_ROLE": "yw_system"},
        )

    def _wait_for(self, url: str, web: Any, logs: Any) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if web.poll() is not None:
                raise CommandError(f"网页服务没有启动（端口可能被占用），日志：{logs / 'web.log'}")
            try:
                with urllib.request.urlopen(url, timeout=5):
                    return
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    return
                raise CommandError(f"网页服务出错（{error.code}），日志：{logs / 'web.log'}") from error
            except OSError:
                time.sleep(0.2)
        raise CommandError(f"网页服务一分钟内没有应答，日志：{logs / 'web.log'}")

    def _welcome(self, address: str, seconds: float, embedded: Any) -> None:
        lines = [
            "",
            f"云溪县已上线（{seconds:.0f} 秒）：{address}",
            f"示例日期固定为 {settings.TODAY:%Y-%m-%d}；全部人员与办件均为虚构；印章为测试用。",
            "",
            *installation.accounts(),
            "",
            *installation.tour(),
            "",
            "按 Ctrl-C 停止，或在另一窗口执行 ./yw stop；./yw stop --purge 删除全部示例数据。",
        ]
        outside = embedded.outside(settings.ROOT) if embedded else []
        lines += [f"本目录以外使用的文件夹：{folder}" for folder in outside]
        self._say("\n".join(lines))

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _refuse_taken(host: str, port: int) -> None:
    """Say so at once, before anything is started, when somebody else listens on the port."""
    if not 0 < port < 65536:
        raise CommandError(f"端口须在 1 至 65535 之间，不能是 {port}。")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does: a port just left is free
        try:
            trial.bind((host, port))
        except PermissionError as error:
            raise CommandError(f"当前用户不能使用端口 {port}，请换一个：PORT=8001 ./yw demo") from error
        except OSError as error:
            raise CommandError(
                f"端口 {port} 已被占用（或地址 {host} 不可用），请换一个：PORT=8001 ./yw demo"
            ) from error


def _interrupt(*_: Any) -> None:
    _deaf()
    raise KeyboardInterrupt


def _deaf() -> None:
    """From the first sign on: an impatient second Ctrl-C interrupts no tidying up and leaves nothing behind."""
    for sign in ENDING:
        signal.signal(sign, signal.SIG_IGN)
