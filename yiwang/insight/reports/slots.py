"""Where the inbox finds a report and a fill-in task."""

from __future__ import annotations

from yiwang.kernel import names

names.slot("matters.page.insight.report")("/desk/annual/{}/".format)
names.slot("matters.page.insight.report-return")("/desk/annual/returns/{}/".format)
