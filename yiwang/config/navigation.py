"""What the page shell shows from the rooms above it: registered names are imported here, slots are filled here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module, util
from typing import Any

from django.apps import apps
from django.core.cache import caches
from django.http import HttpRequest

from yiwang.foundation.calendar import today
from yiwang.foundation.organs import queries as organs
from yiwang.kernel import names
from yiwang.kernel.permissions import Doer, Permission

NAME_SECONDS = 60
REGISTERING_MODULES = (
    "events",
    "guards",
    "effects",
    "after",
    "needs",
    "facts",
    "slots",
    "hooks",
    "promises",
    "seeds",
    "kinds",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One link. Shown to whoever holds one of ``permissions``; to every member of staff when it names none."""

    title: str
    url: str
    icon: str
    permissions: tuple[Permission, ...] = ()
    badge_url: str = ""
    in_row: bool = False


# one row at the head on a wide screen, in the largest letters too; all of them stand at the foot
PORTAL = [
    Entry("首页", "/", "house", in_row=True),
    Entry("办事事项", "/items/", "list", in_row=True),
    Entry("我的办件", "/my/", "folder2-open", in_row=True),
    Entry("办件查询", "/progress/", "search", in_row=True),
    Entry("12345诉求", "/hotline/", "telephone", in_row=True),
    Entry("预约", "/appointments/", "calendar3", in_row=True),
    Entry("我的证照", "/me/certificates/", "award"),
    Entry("谁看过我的信息", "/me/uses/", "eye"),
    Entry("好差评", "/ratings/", "star"),
    Entry("监管检查", "/inspections/", "check2-square"),
    Entry("年度报告", "/reports/", "journal-text"),
    Entry("文书验真", "/letters/", "shield-check"),
    Entry("证照查验", "/certificates/verify/", "bookmark-check"),
]
PHONE = [
    Entry("首页", "/", "house"),
    Entry("办事", "/items/", "list"),
    Entry("我的办件", "/my/", "folder2-open"),
    Entry("打电话", "tel:12345", "telephone"),
    Entry("我的", "/me/", "person"),
]
DESK = {
    "办件": [
        Entry("待办", "/desk/inbox/", "inbox", badge_url="/desk/inbox/count/"),
        Entry("叫号", "/desk/queue/", "bell", (Permission.CASE_RECEIVE,)),
        Entry("窗口收件", "/desk/counter/", "card-checklist", (Permission.CASE_RECEIVE,)),
        Entry("统一出件", "/desk/hand-out/", "bag-check", (Permission.CASE_HAND_OUT,)),
        Entry("本单位办件", "/desk/cases/", "folder2-open", (Permission.CASE_SEE,)),
        Entry("异地代收代办", "/desk/relay/", "signpost-split", (Permission.CASE_RECEIVE,)),
        Entry("我的代收件", "/desk/relay/mine/", "bag-check", (Permission.CASE_RECEIVE,)),
        Entry("一件事联办", "/desk/themes/", "signpost-split", (Permission.CASE_SEE,)),
        Entry("证照登记", "/desk/certificates/", "award", (Permission.CASE_SEE,)),
        Entry("窗口评价", "/desk/ratings/visits/", "qr-code", (Permission.CASE_RECEIVE,)),
        Entry("差评整改", "/desk/ratings/bad/", "telephone", (Permission.CASE_SEE, Permission.CASE_SUPERVISE)),
        Entry("消息", "/desk/messages/", "bell"),
        Entry("人员查询", "/desk/people/", "people", (Permission.PERSON_SEE,)),
    ],
    "热线": [
        Entry("12345登记", "/desk/orders/new/", "telephone", (Permission.ORDER_TAKE,)),
        Entry("窗口诉求", "/desk/orders/counter/", "card-checklist", (Permission.CASE_RECEIVE,)),
        Entry(
            "12345工单",
            "/desk/orders/",
            "list",
            (Permission.ORDER_HANDLE, Permission.ORDER_DISPATCH, Permission.ORDER_CALL_BACK, Permission.CASE_SUPERVISE),
        ),
        Entry("知识库", "/desk/orders/beside/", "book", (Permission.ORDER_TAKE, Permission.ORDER_DISPATCH)),
        Entry(
            "裁定和先例",
            "/desk/orders/rulings/",
            "journal-text",
            (Permission.ORDER_DISPATCH, Permission.ORDER_RULE, Permission.CATALOGUE_REVIEW_ESTABLISHMENT),
        ),
        Entry(
            "诉求热点",
            "/desk/hotline/hot/",
            "speedometer2",
            (Permission.ORDER_DISPATCH, Permission.ORDER_RULE, Permission.CASE_SUPERVISE, Permission.WALL_SEE),
        ),
        Entry(
            "答复质量",
            "/desk/hotline/replies/",
            "check2-square",
            (Permission.ORDER_HANDLE, Permission.ORDER_DISPATCH, Permission.ORDER_RULE, Permission.CASE_SUPERVISE),
        ),
        Entry(
            "没有列入清单",
            "/desk/hotline/unlisted/",
            "exclamation-triangle",
            (Permission.ORDER_DISPATCH, Permission.ORDER_RULE, Permission.CATALOGUE_REVIEW_ESTABLISHMENT),
        ),
        Entry(
            "职责判断模型", "/desk/hotline/learned/", "bar-chart", (Permission.ORDER_DISPATCH, Permission.ORDER_RULE)
        ),
        Entry("查阅来电人", "/desk/orders/calls/", "search", (Permission.ORDER_RULE,)),
    ],
    "监督": [
        Entry("承诺核查", "/desk/promises/", "check2-square", (Permission.CASE_REVIEW, Permission.CASE_SUPERVISE)),
        Entry("索取已有材料", "/materials/asked/", "journal-text", (Permission.CASE_SUPERVISE, Permission.CASE_SEE)),
        Entry("秒批抽查", "/desk/audits/", "bookmark-check", (Permission.TABLE_AUDIT,)),
        Entry("效能监督", "/desk/supervision/", "speedometer2", (Permission.CASE_SUPERVISE,)),
        Entry(
            "监督件",
            "/desk/cards/",
            "exclamation-triangle",
            (Permission.CASE_SUPERVISE, Permission.CASE_SEE),
            badge_url="/desk/cards/count/",
        ),
        Entry("效能通报", "/desk/cards/bulletin/", "bar-chart", (Permission.CASE_SUPERVISE,)),
        Entry("好差评统计", "/desk/ratings/", "star", (Permission.CASE_SUPERVISE, Permission.CASE_SEE)),
        Entry("评价异常", "/desk/ratings/signs/", "search", (Permission.CASE_SUPERVISE,)),
        Entry("异常线索", "/desk/cards/clues/", "search", (Permission.CASE_SUPERVISE,)),
        Entry(
            "监管事项",
            "/desk/supervision-items/",
            "list",
            (Permission.INSPECTION_SEE, Permission.INSPECTION_OVERSEE),
        ),
        Entry("检查任务", "/desk/inspections/", "check2-square", (Permission.INSPECTION_SEE,)),
        Entry(
            "信访",
            "/desk/petitions/",
            "journal-text",
            (Permission.PETITION_TAKE, Permission.PETITION_RULE, Permission.ORDER_HANDLE),
        ),
        Entry(
            "面对面",
            "/desk/meetings/",
            "people",
            (Permission.ISSUE_COORDINATE, Permission.ISSUE_VERIFY, Permission.ORDER_HANDLE, Permission.CASE_SUPERVISE),
        ),
        Entry(
            "看板",
            "/desk/boards/today/",
            "grid",
            (Permission.CASE_SUPERVISE, Permission.WALL_SEE, Permission.CASE_SEE),
        ),
        Entry(
            "指标",
            "/desk/indicators/",
            "bar-chart",
            (Permission.CASE_SUPERVISE, Permission.WALL_SEE, Permission.CASE_SEE),
        ),
        Entry(
            "流程推演",
            "/desk/whatif/",
            "signpost-split",
            (Permission.CASE_SUPERVISE, Permission.WALL_SEE, Permission.CASE_SEE),
        ),
        Entry(
            "窗口考核",
            "/desk/assessments/",
            "bar-chart",
            (Permission.CASE_SUPERVISE, Permission.WALL_SEE, Permission.CASE_SEE),
        ),
        Entry("年度报告", "/desk/annual/", "journal-text", (Permission.REPORT_SEE, Permission.REPORT_EDIT)),
        Entry("报告核对", "/desk/reports/check/", "file-earmark-text"),
        Entry("行为台账", "/ledger/checkpoints/", "journal-text", (Permission.LEDGER_SEE,)),
        Entry("效能大屏", "/wall/", "display", (Permission.WALL_SEE,)),
    ],
    "基础": [
        Entry("事项目录", "/desk/catalogue/", "list", (Permission.CATALOGUE_EDIT, Permission.CATALOGUE_REVIEW_LEGAL)),
        Entry(
            "决策表", "/desk/tables/", "grid", (Permission.TABLE_EDIT, Permission.TABLE_PUBLISH, Permission.TABLE_AUDIT)
        ),
        Entry("法规库", "/desk/laws/", "book", (Permission.LAWS_EDIT, Permission.CATALOGUE_EDIT)),
        Entry("文书", "/desk/letters/", "file-earmark-text", (Permission.LETTER_SEE,)),
        Entry("电子印章", "/desk/seals/", "award", (Permission.SEAL_KEEP,)),
        Entry("机构场所", "/desk/organs/", "building", (Permission.ORGAN_EDIT,)),
        Entry("自助终端", "/desk/terminals/", "display", (Permission.ORGAN_EDIT,)),
        Entry("人员岗位", "/desk/staff/", "person-badge", (Permission.STAFF_EDIT,)),
        Entry("工作日历", "/desk/calendar/", "calendar3", (Permission.CALENDAR_EDIT,)),
    ],
}


def fill() -> None:
    """Import every module in which a room registers names, so that packs and slots can find them."""
    for app in apps.get_app_configs():
        if app.name.startswith("yiwang."):
            for name in REGISTERING_MODULES:
                if util.find_spec(f"{app.name}.{name}"):
                    import_module(f"{app.name}.{name}")


names.slot("web.today")(today.today)


@names.slot("web.shell")
def shell(request: HttpRequest) -> dict[str, Any]:
    """Names, home and navigation for whoever looks. The doer costs one query a request and is kept on it."""
    by = organs.doer(request)
    return {
        "county_name": _kept("shell-county", lambda: organs.county_name(today.today())),
        "viewer_name": by.name,
        "viewer_organ": _kept(f"shell-organ-{by.organ_id}", lambda: _organ_name(by)) if by.organ_id else "",
        "may_export": by.kind != "staff" or by.may(Permission.EXPORT),
        "home_url": "/desk/inbox/" if by.kind == "staff" else "/",
        "navigation": {
            "portal": _mark(PORTAL, request.path),
            "phone": _mark(PHONE, request.path),
            "desk": _desk(by, request.path) if by.kind == "staff" else [],
        },
    }


def _kept(key: str, ask: Callable[[], str]) -> str:
    """Names change rarely and stand on every page: a minute in this process's memory instead of a query a page."""
    memory = caches["process"]
    found: str | None = memory.get(key)
    if found is None:
        found = ask()
        if found:
            memory.set(key, found, NAME_SECONDS)
    return found


def _organ_name(by: Doer) -> str:
    return organs.organ_name(by.organ_id, today.today()) if by.organ_id else ""


def _desk(by: Doer, path: str) -> list[dict[str, Any]]:
    groups = []
    for title, entries in DESK.items():
        shown = [e for e in entries if not e.permissions or any(by.may(p) for p in e.permissions)]
        if shown:
            groups.append({"title": title, "entries": _mark(shown, path)})
    return groups


def _mark(entries: list[Entry], path: str) -> list[dict[str, Any]]:
    best = max(
        (e.url for e in entries if path.startswith(e.url) and (e.url != "/" or path == "/")), key=len, default=""
    )
    return [
        {
            "title": e.title,
            "url": e.url,
            "icon": e.icon,
            "badge_url": e.badge_url,
            "in_row": e.in_row,
            "current": e.url == best,
        }
        for e in entries
    ]
