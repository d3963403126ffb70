"""A log mapped to the licence process of the county's own guide: cases with all a case has."""

from __future__ import annotations

from datetime import datetime

from tests.unit.matters.history.test_import import irregular, matter_of
from yiwang.foundation.calendar.today import SHANGHAI
from yiwang.foundation.organs.models import Organ
from yiwang.kernel.permissions import SYSTEM
from yiwang.matters.history import importing, mapping
from yiwang.services.cases.models import Case
from yiwang.services.catalogue.models import Guide

NOW = datetime(2026, 9, 24, 10, tzinfo=SHANGHAI)


def test_cases_of_a_guide_come_in_with_their_detail_row(county, tmp_path):
    guide = Guide.objects.select_related("item").get(document__id="public-place", state="published")
    log = tmp_path / "old.csv"
    log.write_text(
        "c,a,t,r,w\n"
        "1,in,2026-03-03 09:00,a,窗口\n1,ok,2026-03-03 10:00,b,\n1,look,2026-03-04 10:00,b,\n1,yes,2026-03-05 10:00,c,\n"
        "2,in,2026-09-22 09:00,a,portal\n2,ok,2026-09-23 10:00,b,\n"
    )
    declared = {
        "name": "old",
        "title": "旧系统",
        "process": "services.licence",
        "item": guide.item.code,
        "organ": "health",
        "columns": {"case": "c", "activity": "a", "time": "t", "resource": "r", "channel": "w"},
        "activities": {"in": "receive", "ok": "accept", "look": "review", "yes": "grant"},
    }
    report = importing.import_log(path=log, mapping=mapping.parse(declared), by=SYSTEM, at=NOW)
    assert (report.loaded.cases, report.loaded.irregular) == (2, 1)
    assert irregular("1")[2] == ["same-hands"]  # three pairs of hands, and the second accepted as well
    decided, waiting = Case.objects.get(matter=matter_of("1")), Case.objects.get(matter=matter_of("2"))
    assert (decided.outcome, str(decided.decided_on), decided.channel) == ("granted", "2026-03-05", "counter")
    assert (waiting.outcome, waiting.channel, waiting.matter.state) == ("", "portal", "under-review")
    assert waiting.organ_id == Organ.objects.get(code="health").pk
    clocks = {row.clock: row for row in waiting.matter.clocks.all()}
    assert clocks["legal"].days == guide.legal_days
    assert (clocks["legal"].stopped_on, clocks["legal"].provisional) == (None, False)
