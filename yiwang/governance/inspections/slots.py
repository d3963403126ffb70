"""Where the inbox finds a visit."""

from __future__ import annotations

from yiwang.kernel import names

names.slot("matters.page.governance.inspection")("/desk/inspections/{}/".format)
