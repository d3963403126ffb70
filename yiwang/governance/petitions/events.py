"""Sentences of a petition's own lines; its steps take theirs from its process."""

from yiwang.foundation.ledger.events import declare

declare(**{"petitions.person-read": "查看信访人{field}，用途：{purpose}"})
