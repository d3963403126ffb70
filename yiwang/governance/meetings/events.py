"""Sentences of a batch's own lines; an issue's steps take theirs from its process."""

from yiwang.foundation.ledger.events import declare

declare(**{"meetings.batch-opened": "登记面对面批次{code}，{due}前办结"})
