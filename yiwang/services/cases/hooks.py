"""What cases tell lower rooms by registered name: who may open the files of a case, what a served letter starts,
who hears of a letter that waits for its seal."""

from __future__ import annotations

from datetime import date, datetime

from yiwang.kernel import names
from yiwang.kernel.permissions import Doer, Permission
from yiwang.services.cases import past  # noqa: F401  how cases of an imported log begin
from yiwang.services.cases.actions import alarms, delivering, serving, take
from yiwang.services.cases.held import words  # noqa: F401  words of a step ask for nothing held
from yiwang.services.cases.models import Case, CaseMaterial
from yiwang.services.cases.tolerance import queries as tolerance

names.hook("matters.take.cases_case")(take)


@names.hook("files.may-see.cases")
def may_see_file(*, viewer: Doer, file_id: int) -> bool:
    """Staff of the hall that received a case see what was handed in there, as the department does; so do the departments
    that license together with it."""
    if viewer.kind != "staff":
        return False
    rows = CaseMaterial.objects.filter(files=file_id).values_list("matter__case__hall_id", "matter__settings")
    organs = {organ for hall, settings in rows for organ in (hall, *settings.get("organs", {}).values())}
    return any(viewer.may(Permission.CASE_SEE, organ) for organ in organs if organ is not None)


@names.hook("files.may-compare.cases")
def may_compare_file(*, viewer: Doer, file_id: int) -> bool:
    """The hall that took a case in holds the originals: its clerks compare, whichever department decides."""
    halls = CaseMaterial.objects.filter(files=file_id).values_list("matter__case__hall_id", flat=True)
    return any(viewer.may(Permission.CASE_RECEIVE, hall) for hall in halls if hall is not None)


@names.hook("catalogue.promises")
def promises_of_item(*, item_code: str, on: date) -> tuple[str, ...]:
    """What a guide tells about 容缺受理 and 告知承诺, with a link to the published list."""
    return tolerance.ways(item_code, on)


@names.hook("letters.served.cases")
def letter_served(*, letter_id: int, matter_reference: str, by: Doer, at: datetime) -> None:
    """The applicant's term runs from the service of the notice. Letters of other matters are none of our business."""
    if matter_reference:
        serving.notice_served(letter_id=letter_id, matter_reference=matter_reference, at=at)


@names.hook("certificates.ended")
def certificate_ended(*, matter_reference: str, at: datetime) -> None:
    """A result that still lies with the maker or at the window is not handed out once its certificate has ended."""
    delivering.stop(matter_reference=matter_reference, at=at)


@names.hook("letters.waiting")
def letter_waiting(*, letter_id: int, matter_reference: str, why: str) -> None:
    """承办人 and the organ's head hear of a letter of a case that nobody was allowed to seal; once each."""
    case = Case.objects.select_related("matter").filter(matter__reference=matter_reference).first()
    if case is not None:
        alarms.seal_waiting(case, letter_id=letter_id, why=why)
