"""A small classifier of orders by organ: trained on what the county itself closed, tried on what it never saw.

The model is one table of weights, a word a column: what it says is explained by the words that weighed most. scikit-learn
is imported by ``train`` alone; asking needs numpy. Stored as arrays and JSON, never as pickled objects.
"""

from __future__ import annotations

import io
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from itertools import combinations
from typing import Any

from yiwang.kernel.chinese import HAN, normal, words
from yiwang.kernel.refusal import Refusal

MOST_WORDS = 20_000
LONGEST = 1_200
BINS = 5
MANNER = 12  # orders with the same passage above which it is a manner of speaking
DOUBLE = 0.7  # of the shorter text's prints: two orders are one voice twice
SHAPE = 1  # of the stored file
ELSEWHERE = ""  # the label of orders of organs with too few: never learned, always missed


class TooFew(Refusal):
    """Not enough closed orders to learn from, or only one organ among them: nothing is claimed."""

    code = "too-few-orders"


@dataclass(frozen=True, slots=True)
class Sample:
    """One closed order. ``text`` title and content, ``organ`` who really handled it, ``group`` what it is a double of."""

    text: str
    organ: str
    on: date
    topic: str = ""
    town: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """How often the model was right on orders it never saw, and how often the most frequent organ would have been."""

    right: int
    right_of_three: int
    baseline: int
    of: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Orders on which the model was about as sure (``least`` and up): how many, how many right."""

    least: float
    of: int
    right: int


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


@dataclass(frozen=True, slots=True)
class Guess:
    """An organ the model thinks of, with the words that weighed for it and what equal sureness was worth so far."""

    organ: str
    sureness: float
    words: tuple[str, ...]
    right: int
    of: int


def features(text: str, topic: str = "", town: str = "") -> list[str]:
    """What the model sees: words of the dictionary, the topic and the town. Numbers are left out: they are of people."""
    found = [word for word in words(normal(text[:LONGEST])) if HAN.fullmatch(word)]
    return [*found, *([f"topic={topic}"] if topic else []), *([f"town={town}"] if town else [])]


def wilson(right: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson); (0, 1) of nothing."""
    if not of:
        return 0.0, 1.0
    share, z = right / of, 1.96
    centre = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(centre - half, 0.0), min(centre + half, 1.0)


@dataclass
class Model:
    """Words, their rareness, and for each organ a weight a word."""

    organs: list[str]
    vocabulary: dict[str, int]
    rareness: Any
    weights: Any
    bias: Any
    bins: tuple[Bin, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def known(self) -> list[str]:
        return sorted(self.vocabulary, key=self.vocabulary.__getitem__)

    def guesses(self, text: str, *, topic: str = "", town: str = "", most: int = 3) -> list[Guess]:
        """The organs it thinks of, surest first; none where no word of the text is known to it."""
        import numpy as np

        columns, values = self._vector(features(text, topic, town))
        if not len(columns) or all("=" in self.known[column] for column in columns):
            return []
        weighed = self.weights[:, columns] * values
        sure = _shares(weighed.sum(axis=1) + self.bias)
        found = []
        for row in np.argsort(-sure)[:most]:
            order = np.argsort(-weighed[row])
            telling = [self.known[columns[i]] for i in order if weighed[row][i] > 0]
            bin_ = self._bin(float(sure[row]))
            spoken = tuple(word for word in telling if "=" not in word)[:3]
            found.append(Guess(self.organs[row], float(sure[row]), spoken, bin_.right, bin_.of))
        return found

    def _bin(self, sureness: float) -> Bin:
        return next((one for one in reversed(self.bins) if sureness >= one.least), Bin(0.0, 0, 0))

    def _vector(self, found: Iterable[str]) -> tuple[Any, Any]:
        import numpy as np

        counted = Counter(self.vocabulary[word] for word in found if word in self.vocabulary)
        columns = np.fromiter(counted.keys(), dtype=np.int64, count=len(counted))
        times = np.fromiter(counted.values(), dtype=np.float32, count=len(counted))
        values = (1 + np.log(times)) * self.rareness[columns] if len(columns) else times
        length = float(np.sqrt((values * values).sum())) or 1.0
        return columns, values / length

    def dump(self) -> bytes:
        """The file: arrays, and one of them JSON text."""
        import numpy as np

        told = {
            "shape": SHAPE,
            "organs": self.organs,
            "words": self.known,
            "bins": [asdict(one) for one in self.bins],
        }
        text = np.frombuffer(json.dumps(told, ensure_ascii=False).encode(), dtype=np.uint8)
        out = io.BytesIO()
        np.savez_compressed(out, told=text, rareness=self.rareness, weights=self.weights, bias=self.bias)
        return out.getvalue()

    @classmethod
    def load(cls, data: bytes) -> Model:
        """Read a file back; anything but arrays in it is refused by numpy (``ValueError``)."""
        import numpy as np

        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            told = json.loads(stored["told"].tobytes())
            if told.get("shape") != SHAPE:
                raise ValueError("a model file of another shape")
            return cls(
                organs=told["organs"],
                vocabulary={word: i for i, word in enumerate(told["words"])},
                rareness=stored["rareness"],
                weights=stored["weights"],
                bias=stored["bias"],
                bins=tuple(Bin(**one) for one in told["bins"]),
            )


def _shares(margins: Any) -> Any:
    """Margins of one-against-the-rest as shares of one."""
    import numpy as np

    each = 1 / (1 + np.exp(-margins))
    return each / (each.sum() or 1.0)


def groups(samples: Sequence[Sample]) -> list[str]:
    """What must not be parted between learning and trying: merged orders, and texts most of which is the same."""
    from yiwang.governance.hotline.replies.copies import prints

    parent = list(range(len(samples)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    own = [frozenset(prints(sample.text)) for sample in samples]
    holders: dict[Any, list[int]] = {}
    for i, sample in enumerate(samples):
        for mark in [*own[i], *([f"={sample.group}"] if sample.group else []), f"#{normal(sample.text)}"]:
            holders.setdefault(mark, []).append(i)
    for mark, held in holders.items():
        if isinstance(mark, str):
            for other in held[1:]:
                parent[root(other)] = root(held[0])
        elif len(held) <= MANNER:  # a passage of many is a manner of speaking
            for one, other in combinations(held, 2):
                if root(one) != root(other) and len(own[one] & own[other]) >= DOUBLE * min(
                    len(own[one]), len(own[other])
                ):
                    parent[root(other)] = root(one)
    return [str(root(i)) for i in range(len(samples))]


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
        columns, values = model._vector(documents[i])
        shares = _shares((model.weights[:, columns] * values).sum(axis=1) + model.bias)
        best = [model.organs[row] for row in np.argsort(-shares)[:3]]
        hit = best[0] == labels[i]
        sure[i] = (float(shares.max()), hit)
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
