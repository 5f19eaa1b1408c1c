"""What the steps of a search chose, and the hypotheses that follow from it along the back-pointers.

Tensors are kept where they are until the search is over, so that recording makes a device wait for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seq2seq_core.decoding.search.finished import Ended
from seq2seq_core.types import FloatArray


@dataclass(frozen=True)
class Extension:
    """What one step appended to the rows of the L sentences then live.

    sentences: [L], places in the request.
    parents: [L, K], the row of its sentence that each new row continues.
    tokens, log_probs: [L, K], the token each new row adds and its log P under the model.
    attention: [L * R, S] of the R rows before the step; None where the model has none.
    """

    sentences: Tensor
    parents: Tensor
    tokens: Tensor
    log_probs: Tensor
    attention: Tensor | None


@dataclass(frozen=True)
class Path:
    """One hypothesis read off the record. attention: [T, S] with the padding of the batch, or None."""

    sentence: int
    token_ids: tuple[int, ...]
    log_probs: tuple[float, ...]
    attention: FloatArray | None


class History:
    """The record of a search over ``sentences`` sentences."""

    def __init__(self, sentences: int) -> None:
        self._sentences = sentences
        self._steps: list[Extension] = []

    def __len__(self) -> int:
        return len(self._steps)

    def add(self, step: Extension) -> None:
        """Records one step."""
        self._steps.append(step)

    def paths(self, ended: Ended) -> list[Path]:
        """The hypotheses [H] that ended, in the same order."""
        sentence, last, parent, token = (
            item.cpu().numpy() for item in (ended.sentence, ended.step, ended.parent, ended.token)
        )
        count, longest = len(sentence), int(last.max(initial=-1)) + 1
        tokens = np.zeros((count, longest), dtype=np.int64)
        log_probs = np.zeros((count, longest), dtype=np.float32)
        rows = np.zeros((count, longest), dtype=np.int64)
        hypotheses = np.arange(count)
        tokens[hypotheses, last] = token
        log_probs[hypotheses, last] = ended.log_prob.cpu().numpy()
        rows[hypotheses, last] = parent
        places = self._places()
        # The row in which step t was taken is the row that step t - 1 made.
        for index in range(longest - 2, -1, -1):
            step, inside = self._steps[index], np.flatnonzero(last > index)
            at = places[index][sentence[inside]], rows[inside, index + 1]
            tokens[inside, index] = step.tokens.cpu().numpy()[at]
            log_probs[inside, index] = step.log_probs.cpu().numpy()[at]
            rows[inside, index] = step.parents.cpu().numpy()[at]
        attention = self._attention(sentence, last, rows, places)
        return [
            Path(
                sentence=int(sentence[h]),
                token_ids=tuple(tokens[h, : last[h] + 1].tolist()),
                log_probs=tuple(log_probs[h, : last[h] + 1].tolist()),
                attention=None if attention is None else attention[h, : last[h] + 1],
            )
            for h in range(count)
        ]

    def _places(self) -> list[NDArray[np.int64]]:
        """Of each step, where each sentence of the request stands among the live ones: see ``_locate``."""
        places: list[NDArray[np.int64]] = []
        for index, step in enumerate(self._steps):
            same = index > 0 and step.sentences is self._steps[index - 1].sentences
            places.append(places[-1] if same else _locate(step.sentences, self._sentences))
        return places

    def _attention(
        self,
        sentence: NDArray[np.int64],
        last: NDArray[np.int64],
        rows: NDArray[np.int64],
        places: list[NDArray[np.int64]],
    ) -> FloatArray | None:
        """[H, T, S]: at step t the attention of the row that the step was taken in."""
        first = self._steps[0].attention if self._steps else None
        if first is None:
            return None
        result = np.zeros((*rows.shape, first.shape[-1]), dtype=np.float32)
        for index in range(rows.shape[1]):
            step, inside = self._steps[index], np.flatnonzero(last >= index)
            assert step.attention is not None
            live = len(step.sentences)
            here = step.attention.view(live, -1, step.attention.shape[-1])
            at = places[index][sentence[inside]]
            # Picked on the device: of K rows for each sentence only those on a path are ever needed.
            picked = here[torch.from_numpy(at).to(here.device), torch.from_numpy(rows[inside, index]).to(here.device)]
            result[inside, index] = picked.cpu().numpy()
        return result


def _locate(sentences: Tensor, total: int) -> NDArray[np.int64]:
    """[total], where each sentence of the request stands among the live ones."""
    places = np.zeros(total, dtype=np.int64)
    live = sentences.cpu().numpy()
    places[live] = np.arange(len(live))
    return places


def split(paths: Sequence[Path], sentences: int) -> list[list[int]]:
    """For each sentence the positions of its paths, in order."""
    groups: list[list[int]] = [[] for _ in range(sentences)]
    for position, path in enumerate(paths):
        groups[path.sentence].append(position)
    return groups
