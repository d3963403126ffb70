"""One family of refusals: understood, and not allowed. Anything else that goes wrong is a bug."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: which field (a form name, a column, ``file:line``), which rule, in Chinese."""

    field: str
    says: str
    code: str = "invalid"

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


class Refusal(Exception):
    """Understood, and not allowed.

    ``code`` is stable and kebab-case, ``says`` is the Chinese sentence a clerk or citizen reads, ``article`` the
    legal source if a law says so. ``faults`` name single fields. ``status`` is the HTTP status `web` answers with.
    """

    code = "refused"
    status = 422

    def __init__(
        self,
        says: str,
        *,
        code: str | None = None,
        article: str | None = None,
        field: str | None = None,
        faults: Iterable[Fault] = (),
    ) -> None:
        super().__init__(says)
        self.says = says
        self.code = code or type(self).code
        self.article = article
        self.faults: tuple[Fault, ...] = tuple(faults) or ((Fault(field, says, self.code),) if field else ())

    @property
    def further(self) -> tuple[Fault, ...]:
        """The faults that say something the sentence has not said already: what a page lists below it."""
        return tuple(fault for fault in self.faults if fault.says != self.says)


class NotAllowed(Refusal):
    """The doer sees the thing but may not do this deed."""

    code = "not-allowed"


class NotFound(Refusal):
    """There is no such thing for this viewer: absent and invisible give the same answer."""

    code = "not-found"
    status = 404


class Stale(Refusal):
    """Somebody was first: the version the doer saw is no longer the current one."""

    code = "stale"
    status = 409
