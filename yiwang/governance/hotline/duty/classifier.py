"""A small classifier of orders by organ: one table of weights, a word a column, so that what it says is explained by the words
that weighed most. How it is trained and tried: ``training``. Asking needs numpy alone; stored as arrays and JSON, never as
pickled objects.
"""

from __future__ import annotations

import io
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from yiwang.kernel.chinese import HAN, normal, words

LONGEST = 1_200
SHAPE = 1  # of the stored file


@dataclass(frozen=True, slots=True)
class Bin:
    """Orders on which the model was about as sure (``least`` and up): how many, how many right."""

    least: float
    of: int
    right: int


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

        columns, values = self.vector(features(text, topic, town))
        if not len(columns) or all("=" in self.known[column] for column in columns):
            return []
        weighed = self.weights[:, columns] * values
        sure = shares(weighed.sum(axis=1) + self.bias)
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

    def vector(self, found: Iterable[str]) -> tuple[Any, Any]:
        """Columns of the features it knows, and their weights, of length one."""
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


def shares(margins: Any) -> Any:
    """Margins of one-against-the-rest as shares of one."""
    import numpy as np

    each = 1 / (1 + np.exp(-margins))
    return each / (each.sum() or 1.0)
