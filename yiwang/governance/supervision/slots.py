"""Where the inbox finds a card."""

from __future__ import annotations

from yiwang.kernel import names

names.slot("matters.page.governance.card")("/desk/cards/{}/".format)
