"""Real Chromium against a running county. Every test here is marked ``browser`` and may open sockets to 127.0.0.1."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import copy_of

if importlib.util.find_spec("playwright") is None:  # tests without a browser need nothing of it
    collect_ignore_glob = ["test_*.py"]

DESKTOP = {"viewport": {"width": 1366, "height": 768}}
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
QUIET = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "yunxi-demo-2026"  # of the demo county's staff
LIN = "13800001111"
FAILED = pytest.StashKey[bool]()
PICTURES = Path(__file__).resolve().parents[2] / "test-results"  # what was on screen when a test failed


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what is here before anybody chooses by marks."""
    if Path(__file__).parent in item.path.parents:
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.django_db)  # a run makes its test database only where some test asks for one


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what is here come last: from its first test on an event loop runs in this thread. The slow ones begin first here
    too, so that no worker ends a run alone with one."""
    here = Path(__file__).parent
    items.sort(key=lambda item: (here in item.path.parents, item.get_closest_marker("slow") is None))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report: Any = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def house(county_database: Any, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The demo county, served by a web process that is ``yw_app`` and a worker that is ``yw_system``."""
    from tests.browser import house as houses
    from yiwang.config import dbroles

    with django_db_blocker.unblock(), copy_of(county_database, "browser") as connection:
        dbroles.apply(connection)
        running = houses.start(connection, tmp_path_factory.mktemp("house"))
        yield running
        running.end()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium where there is one, quiet towards the network."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    args = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
    return {**browser_type_launch_args, "args": args, **({"executable_path": found} if found else {})}


@pytest.fixture(scope="session")
def sessions() -> dict[str, Any]:
    """Cookies of people who logged in once in this run."""
    return {}


@pytest.fixture(scope="session")
def _connections(house: Any, browser: Any) -> Iterator[None]:
    """Under the running event loop Django keeps connections of its own; they end before the loop does."""
    yield
    from django.db import connections

    connections.close_all()


@pytest.fixture
def visitor(
    house: Any, browser: Any, sessions: dict[str, Any], _connections: None, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Any]]:
    """``visitor("zhou")`` is 周 at a desk, ``visitor(LIN, phone=True)`` 林 with a phone, ``visitor()`` a stranger."""
    from tests.browser.visitor import Visitor

    opened = []

    def open_window(who: str = "", *, phone: bool = False, **more: Any) -> Any:
        context = browser.new_context(
            **(PHONE if phone else DESKTOP), locale="zh-CN", storage_state=sessions.get(who), **more
        )
        context.set_default_timeout(15_000)
        person = Visitor(context, house.base, who)
        opened.append(person)
        if who and who not in sessions:
            log_in(person)
            sessions[who] = context.storage_state()
        return person

    yield open_window
    troubles = [trouble for person in opened for trouble in person.troubles]
    for number, person in enumerate(opened, 1):
        if request.node.stash.get(FAILED, False):
            name = re.sub(r"\W+", "-", request.node.name)
            person.page.screenshot(path=PICTURES / f"{name}-{number}.png", full_page=True)
        person.context.close()
    assert not troubles, "\n".join(dict.fromkeys(troubles)) + f"\n{house.log('web')[-2000:]}"


def log_in(person: Any) -> None:
    """Staff by name and password, citizens by the code the demo's page shows."""
    if person.who.isdigit():
        person.go("/accounts/phone/")
        person.fill("手机号码", person.who)
        person.press("获取验证码")
        person.fill("短信验证码", person.page.locator("[data-demo-code]").inner_text())
    else:
        person.go("/accounts/login/")
        person.fill("登录名", person.who)
        person.fill("密码", PASSWORD)
    person.press(person.page.get_by_role("main").get_by_role("button", name="登录"))
