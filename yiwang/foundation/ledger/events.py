"""Events are declared beside the deed that causes them: past tense, dotted, with the sentence a clerk reads."""

from __future__ import annotations

SENTENCES: dict[str, str] = {}


def declare(**sentences: str) -> None:
    """``declare(**{"calendar.notice-entered": "录入{year}年节假日安排通知"})``; braces name keys of the detail."""
    for event, sentence in sentences.items():
        if SENTENCES.setdefault(event, sentence) != sentence:
            raise ValueError(f"event {event} is declared twice")


def sentence(event: str, detail: dict[str, object]) -> str:
    """The Chinese sentence of an event; an undeclared event shows its own name, never an error."""
    try:
        return SENTENCES[event].format_map(detail)
    except (KeyError, ValueError, IndexError):
        return SENTENCES.get(event, event)


declare(**{"ledger.epoch-opened": "从备份恢复，开启台账新纪元（备份止于第 {last_checkpoint} 号存证，{standing}）"})
