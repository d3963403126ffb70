"""Real-name verification: does this name belong to this ID number? One adapter for the county's own service.

``YW_REAL_NAME`` names a class as ``package.module:Class`` with the method of ``Verifier``. Without it the console
verifier stands in: it is labelled a demonstration, takes only numbers of the invented county, and asks nobody.
"""

from __future__ import annotations

import os
from datetime import datetime
from importlib import import_module
from typing import Protocol

from yiwang.foundation.identifiers import rules as identifiers
from yiwang.foundation.people.models import Person
from yiwang.kernel.refusal import Refusal


class Mismatch(Refusal):
    """The authority's answer: name and number do not belong together."""

    code = "identity-mismatch"


class Verifier(Protocol):
    """What an adapter for the public security or provincial identity service offers."""

    how: Person.Verified

    def matches(self, *, name: str, id_number: str, at: datetime) -> bool:
        """True if the service confirms that the number was issued to that name."""
        ...


class ConsoleVerifier:
    """For demonstrations and tests: confirms any name for an invented number, and refuses to be shown a real one."""

    how = Person.Verified.DEMONSTRATION

    def matches(self, *, name: str, id_number: str, at: datetime) -> bool:
        if not identifiers.is_invented(id_number):
            says = "演示环境不连接公安实名核验，请勿输入真实身份证号码；请使用演示账号，或由管理员接入实名核验服务。"
            raise Refusal(says, code="demonstration-only", field="id_number")
        return True


def verifier() -> Verifier:
    """The installation's verifier."""
    path = os.environ.get("YW_REAL_NAME", "")
    if not path:
        return ConsoleVerifier()
    module, _, name = path.partition(":")
    made: Verifier = getattr(import_module(module), name)()
    return made


def verify(*, name: str, id_number: str, at: datetime) -> Person.Verified:
    """How the identity was verified; ``Mismatch`` if it was not."""
    service = verifier()
    if not service.matches(name=name, id_number=id_number, at=at):
        raise Mismatch("姓名与身份证号码不一致，请核对后重新填写，或携带身份证到窗口办理。", field="name")
    return service.how
