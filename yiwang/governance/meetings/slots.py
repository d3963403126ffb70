"""Where the inbox finds an issue."""

from __future__ import annotations

from yiwang.kernel import names

names.slot("matters.page.governance.issue")("/desk/meetings/issues/{}/".format)
