"""Every document the local standard DB4406/T 14-2021 annexes is issued by a step of a declared procedure, and every kind
of letter a pack declares is written by somebody."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from django.conf import settings

from yiwang.services.cases import decision_papers, papers, power_papers
from yiwang.services.cases.actions import submitting

NATIONAL = settings.ROOT / "packs" / "national"
DOCUMENTS = {  # its name in the standard → (kind of letter, a step that issues it)
    "接收回执": ("material-receipt", "services.licence: submit"),
    "物料流转凭证": ("transfer-slip", "services.licence: send-to-window"),
    "受理回执": ("acceptance-notice", "services.licence: accept"),
    "申请材料补正告知书": ("correction-notice", "services.licence: ask-correction"),
    "不予受理通知书": ("acceptance-refusal", "services.licence: refuse-acceptance"),
    "特殊程序审查期限告知书": ("special-procedure-notice", "services.licence: begin-special"),
    "延长办理期限通知书": ("extension-notice", "services.licence: extend"),
    "批准决定书": ("grant-decision", "services.licence: grant"),
    "不予批准决定书": ("denial-decision", "services.licence: deny"),
    "送达回执": ("service-receipt", "services.licence: hand-out"),
    "缴费通知书": ("payment-notice", "services.levy: assess"),
}


def kinds() -> set[str]:
    return {path.stem for path in (NATIONAL / "letters").glob("*.toml")}


def processes() -> dict[str, dict[str, Any]]:
    read = (
        tomllib.loads(path.read_text(encoding="utf-8")) for path in (NATIONAL / "processes").glob("services.*.toml")
    )
    return {one["id"]: one for one in read}


def named_in(function: Callable[..., Any], depth: int = 3) -> set[str]:
    """The kinds of letters a builder names, itself or through a function of its own room that it calls."""
    found, known = set(), kinds()
    for name in _names(function.__code__):
        value = function.__globals__.get(name)
        if isinstance(value, str) and value in known:
            found.add(value)
        elif depth and callable(value) and getattr(value, "__module__", "").startswith("yiwang.services.cases"):
            found |= named_in(value, depth - 1) if hasattr(value, "__code__") else set()
    return found


def _names(code: CodeType) -> set[str]:
    inner = [_names(one) for one in code.co_consts if isinstance(one, CodeType)]
    return set(code.co_names).union(*inner)


def issued() -> dict[str, set[str]]:
    """Kind of letter → ``process: step`` of every declared step whose builder writes it, or whose effect opens a case."""
    found: dict[str, set[str]] = {}
    receipt = named_in(papers.receipt) if "receipt" in _names(submitting.open_case.__code__) else set()
    for process_id, process in processes().items():
        builders = papers.BUILDERS
        if process_id == decision_papers.PUBLIC:
            builders = papers.PUBLIC_BUILDERS
        elif process_id in power_papers.POWERS:
            builders = papers.POWER_BUILDERS
        for step in process["step"]:
            written = receipt if "cases.opened" in step.get("effects", ()) else set()
            if step["name"] in builders:
                written = named_in(builders[step["name"]])
            for kind in written:
                found.setdefault(kind, set()).add(f"{process_id}: {step['name']}")
    return found


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_document_of_the_standard_is_issued_by_a_step(document):
    kind, step = DOCUMENTS[document]
    assert kind in kinds(), f"{document}没有文书格式"
    assert step in issued().get(kind, set()), f"没有哪一步出具{document}"


def test_a_builder_nobody_declares_a_step_for_issues_nothing(monkeypatch):
    """The table can fail: without its builder, or without the step, a document is issued by nobody."""
    monkeypatch.setitem(papers.BUILDERS, "grant", lambda case, ctx: ("", {}))
    assert "services.licence: grant" not in issued().get("grant-decision", set())
    monkeypatch.setattr(submitting, "open_case", lambda application: None)
    assert "material-receipt" not in issued()


def test_every_declared_kind_of_letter_is_written_somewhere():
    said = set()
    for path in (Path(settings.ROOT) / "yiwang").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        said |= {one.value for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    for path in (Path(settings.ROOT) / "packs").glob("*/reports/*.toml"):  # a report names its own letter
        said.add(tomllib.loads(path.read_text(encoding="utf-8"))["letter"])
    assert kinds() - said == set()
