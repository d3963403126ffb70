"""The newest classifier, as evidence: asked for one organ, with what the same sureness was worth so far."""

from __future__ import annotations

import hashlib
from typing import Any

from yiwang.governance.hotline.duty.classifier import Model, wilson
from yiwang.governance.hotline.duty.models import Training
from yiwang.governance.hotline.duty.rules import Evidence

_kept: tuple[int, Model] | None = None  # the newest model, read once a process


def digest(data: bytes) -> str:
    """SM3 of a stored model."""
    return hashlib.new("sm3", data).hexdigest()


def newest() -> tuple[int, Model] | None:
    """The newest training's id and model; ``None`` where there is none, or where it is not what was trained."""
    global _kept
    found = Training.objects.order_by("-pk").values_list("pk", flat=True).first()
    if found is None:
        return None
    if _kept is None or _kept[0] != found:
        stored = Training.objects.get(pk=found)
        data = bytes(stored.model)
        if digest(data) != stored.digest:
            return None
        _kept = found, Model.load(data)
    return _kept


def by_model(text: str, *, topic: str, town: str) -> list[Evidence]:
    """The classifier's first guess, worth what equally sure guesses were worth on orders it had not seen. Nothing where it
    is less sure than it ever was then."""
    known = newest()
    guesses = known[1].guesses(text, topic=topic, town=town, most=1) if known else []
    if known is None or not guesses or not guesses[0].of:
        return []
    guess = guesses[0]
    words = f"说到“{'、'.join(guess.words)}”的" if guess.words else "这样的"
    says = f"{words}多由其承办；同样把握的{guess.of}件检验工单，对了{guess.right}件"
    return [Evidence("learned", guess.organ, guess.right / guess.of, says, f"learned:{known[0]}")]


def share(right: int, of: int) -> dict[str, Any]:
    """A share in percent with its 95 % interval, and a note where the number is small."""
    low, high = wilson(right, of)
    return {
        "right": right,
        "of": of,
        "percent": f"{100 * right / of:.1f}" if of else "—",
        "low": f"{100 * low:.1f}",
        "high": f"{100 * high:.1f}",
        "small": of < 30,
    }


def shares(tried: dict[str, int]) -> dict[str, Any]:
    """The three shares of a trial: right, right among three, and the most frequent organ."""
    return {
        "first": share(tried["right"], tried["of"]),
        "three": share(tried["right_of_three"], tried["of"]),
        "baseline": share(tried["baseline"], tried["of"]),
    }
