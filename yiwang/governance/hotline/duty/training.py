"""Training the classifier on what the county itself closed, and trying it on what it never saw. scikit-learn is imported here and
nowhere else.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from yiwang.governance.hotline.duty.classifier import Bin, Model, features, shares
from yiwang.governance.hotline.duty.doubles import Sample, groups
from yiwang.kernel.refusal import Refusal

MOST_WORDS = 20_000
BINS = 5
ELSEWHERE = ""  # the label of orders of organs with too few: never learned, always missed


class TooFew(Refusal):
    """Not enough closed orders to learn from, or only one organ among them: nothing is claimed."""

    code = "too-few-orders"


@dataclass(frozen=True, slots=True)
class Tried:
    """How often the model was right on orders it never saw, and how often the most frequent organ would have been."""

    right: int
    right_of_three: int
    baseline: int
    of: int


@dataclass(frozen=True, slots=True)
class Report:
    """What may be said of a model. ``later``: trained on the earlier orders only, tried on those from ``later_since``."""

    orders: int
    organs: int
    left_out: int
    folds: int
    since: date
    until: date
    crossed: Tried
    later: Tried
    later_since: date
    bins: tuple[Bin, ...]
    by_organ: tuple[tuple[str, int, int], ...]  # organ, orders, right

    def as_json(self) -> dict[str, Any]:
        return json.loads(json.dumps(asdict(self), default=str))  # type: ignore[no-any-return]


def train(
    samples: Sequence[Sample], *, least: int, organ_least: int, folds: int, later_percent: int
) -> tuple[Model, Report]:
    """Learn from all samples, and say how good that is from what was not learned. ``TooFew`` under ``least`` orders.

    Organs with fewer than ``organ_least`` orders are not learned, and their orders count as missed in every trial. Doubles
    stay on one side of each trial. Takes about a minute for 40,000 orders.
    """
    counts = Counter(sample.organ for sample in samples)
    learned = {organ for organ, count in counts.items() if count >= organ_least}
    if len(samples) < least or len(learned) < 2:
        raise TooFew(
            f"由人办结的工单只有{len(samples)}件、{len(learned)}个单位达到{organ_least}件；少于{least}件或不足两个单位，不训练，也不报准确率。"
        )
    samples = sorted(samples, key=lambda sample: (sample.on, sample.text))
    documents = [features(sample.text, sample.topic, sample.town) for sample in samples]
    labels = [sample.organ if sample.organ in learned else ELSEWHERE for sample in samples]
    apart = groups(samples)
    crossed, sure = _crossed(documents, labels, apart, folds)
    later_from = len(samples) - max(len(samples) * later_percent // 100, 1)
    seen = set(apart[:later_from])
    fresh = [i for i in range(later_from, len(samples)) if apart[i] not in seen]
    later, _ = _tried(documents, labels, range(later_from), fresh)
    model = _learn(documents, labels, range(len(samples)))
    model.bins = _bins(sure)
    right = Counter(labels[i] for i, (_, hit) in sure.items() if hit)
    report = Report(
        orders=len(samples),
        organs=len(learned),
        left_out=sum(label == ELSEWHERE for label in labels),
        folds=folds,
        since=samples[0].on,
        until=samples[-1].on,
        crossed=crossed,
        later=later,
        later_since=samples[later_from].on,
        bins=model.bins,
        by_organ=tuple((organ, count, right[organ]) for organ, count in counts.most_common() if organ in learned),
    )
    return model, report


def _crossed(
    documents: Sequence[list[str]], labels: Sequence[str], apart: Sequence[str], folds: int
) -> tuple[Tried, dict[int, tuple[float, bool]]]:
    from sklearn.model_selection import GroupKFold

    parts: list[Tried] = []
    sure: dict[int, tuple[float, bool]] = {}
    for seen, fresh in GroupKFold(folds, shuffle=True, random_state=1).split(documents, labels, apart):
        tried, how = _tried(documents, labels, seen, fresh)
        parts.append(tried)
        sure |= how
    return Tried(
        *(sum(column) for column in zip(*((t.right, t.right_of_three, t.baseline, t.of) for t in parts), strict=True))
    ), sure


def _tried(
    documents: Sequence[list[str]], labels: Sequence[str], seen: Iterable[int], fresh: Iterable[int]
) -> tuple[Tried, dict[int, tuple[float, bool]]]:
    import numpy as np

    seen, fresh = list(seen), list(fresh)
    model = _learn(documents, labels, seen)
    common = Counter(labels[i] for i in seen if labels[i] != ELSEWHERE).most_common(1)[0][0]
    right = right_of_three = baseline = 0
    sure: dict[int, tuple[float, bool]] = {}
    for i in fresh:
        columns, values = model.vector(documents[i])
        spread = shares((model.weights[:, columns] * values).sum(axis=1) + model.bias)
        best = [model.organs[row] for row in np.argsort(-spread)[:3]]
        hit = best[0] == labels[i]
        sure[i] = (float(spread.max()), hit)
        right += hit
        right_of_three += labels[i] in best
        baseline += labels[i] == common
    return Tried(right, right_of_three, baseline, len(fresh)), sure


def _learn(documents: Sequence[list[str]], labels: Sequence[str], of: Iterable[int]) -> Model:
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import SGDClassifier

    own = [i for i in of if labels[i] != ELSEWHERE]
    vectors = TfidfVectorizer(analyzer=lambda found: found, sublinear_tf=True, min_df=2, max_features=MOST_WORDS)
    table = vectors.fit_transform([documents[i] for i in own])
    learner = SGDClassifier(loss="log_loss", alpha=1e-5, max_iter=20, tol=None, random_state=1, average=True)
    learner.fit(table, [labels[i] for i in own])
    weights, bias = learner.coef_, learner.intercept_
    if len(learner.classes_) == 2:  # one row for two organs: the other is its opposite
        weights, bias = np.vstack([-weights, weights]), np.hstack([-bias, bias])
    return Model(
        organs=[str(organ) for organ in learner.classes_],
        vocabulary={str(word): int(column) for word, column in vectors.vocabulary_.items()},
        rareness=vectors.idf_.astype(np.float32),
        weights=weights.astype(np.float32),
        bias=bias.astype(np.float32),
    )


def _bins(sure: Mapping[int, tuple[float, bool]]) -> tuple[Bin, ...]:
    """What sureness was worth: as many orders in each bin, by trial on what was not learned."""
    ordered = sorted(sure.values())
    size = max(len(ordered) // BINS, 1)
    found: list[Bin] = []
    for number in range(BINS):
        part = ordered[number * size : (number + 1) * size if number < BINS - 1 else None]
        if part:
            found.append(Bin(part[0][0], len(part), sum(hit for _, hit in part)))
    return tuple(found)
