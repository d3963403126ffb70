"""Everything an empty database needs before the first page: tables, roles, rules, registers, and a lively demo."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from yiwang.config import dbroles, lively
from yiwang.foundation.calendar.today import now
from yiwang.foundation.packs import actions as packs
from yiwang.kernel import packs as reader
from yiwang.kernel.permissions import SYSTEM

# who opens what, in the order of one story; the address is where they begin after logging in
TOUR = (
    ("林小满", "/", "手机首页：搜“开饭店”，看办事指南，答几个问题，填表提交"),
    ("林小满", "/my/", "办件进度：一句话说到哪一步、最迟哪天、现在要做什么"),
    ("chen", "/desk/counter/", "窗口收件：一屏收件，F1 至 F8"),
    ("zhou", "/desk/inbox/", "待办：受理或一次告知补正；再换 zhao 审核、sun 决定"),
    ("wu", "/desk/supervision/", "效能监督：快到期和超期的办件，一键催办"),
    ("wu", "/desk/boards/today/", "看板：每个数都能点开到记录；大屏在 /wall/"),
    ("wu", "/desk/assessments/", "窗口考核：上个月各单位、各窗口，没有人工填写的数"),
    ("hotline-1", "/desk/orders/new/", "12345登记：边听边打字，旁边给出该谁管、为什么"),
    ("su", "/desk/annual/", "年度报告：拟稿，每个数有口径卡，点开看记录"),
    ("song", "/desk/reports/check/", "报告核对：任何一份报告，找出前后不符的数"),
)


def prepare(*, say: Callable[[str], None] = lambda _: None) -> None:
    """Idempotent: a second run only fills what is missing. ``say`` is told each part that takes a moment."""
    say("准备数据表……")
    call_command("migrate", interactive=False, verbosity=0)
    dbroles.apply(connection)
    say("装载规则和示例县……")
    packs.load(reading=reader.read(settings.PACKS), by=SYSTEM, at=_founded())
    if settings.DEMO and lively.enliven(now()):
        say("示例办件已备好。")


def _founded() -> datetime:
    """When the registers were set up. The demo's cases reach back some weeks, so its seals and posts must too."""
    moment = now()
    return moment.replace(month=1, day=5, hour=9, minute=0) if settings.DEMO else moment


SHOWN = {
    "admin": "系统管理员（首次登录要绑定第二因素）",
    "chen": "窗口收件",
    "zhou": "市监局受理",
    "zhao": "市监局审核",
    "sun": "市监局审批决定",
    "zheng": "市监局局长（批准延期）",
    "yu": "市监局制证",
    "luo": "统一出件",
    "wu": "效能监督",
    "su": "事项编制、年度报告拟稿",
    "bian": "编制审核（县委编办）",
    "song": "法制审核（司法局）、法律顾问",
    "deng": "年度报告核稿（办公室）",
    "fang": "政数局局长（签发年度报告）",
    "hotline-1": "12345话务员",
    "hotline-2": "12345派单员",
    "hotline-3": "12345回访员",
    "hotline-4": "12345热线中心主任（裁定、研判、督办）",
    "urban-management-1": "城管局工单承办人",
}


def accounts() -> list[str]:
    """The demo's cast as ``./yw demo`` prints it: who can be tried, and how to log in."""
    login = next((path for pack in settings.PACKS if (path := pack / "staff" / "demo-login.toml").exists()), None)
    if login is None:
        return []
    password = tomllib.loads(login.read_text(encoding="utf-8"))["password"]
    lines = [f"工作人员登录 /accounts/login/　密码都是 {password}"]
    lines += [f"  {name:<6} {title}" for name, title in SHOWN.items()]
    lines.append("自助终端 /kiosk/　点“打开演示终端”")
    return [*lines, f"群众登录 /accounts/phone/　{_applicant()}，短信验证码显示在页面上（仅演示）"]


def tour() -> list[str]:
    """Ten pages for whoever sees the demo for the first time."""
    return ["先看这十个页面：", *(f"  {path:<21} {says}（{name}）" for name, path, says in TOUR)]


def _applicant() -> str:
    """The first citizen of the pack who can log in: name and telephone number."""
    for register in (pack / "people" / "persons.csv" for pack in settings.PACKS):
        if register.exists():
            with register.open(encoding="utf-8", newline="") as rows:
                found = next((row for row in csv.DictReader(rows) if row["account"] == "是"), None)
            if found:
                return f"{found['name']} {found['phone']}"
    return "任意手机号"
