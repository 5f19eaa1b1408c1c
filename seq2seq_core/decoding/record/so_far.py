"""The beginnings that a trace's rows stand for: each is kept, and written to JSON, once for all that go on from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seq2seq_core.types import CoreError


@dataclass(frozen=True, eq=False, slots=True)
class SoFar:
    """A beginning of a translation: its last token, and the beginning before that, which others may go on from too.

    before: None for the one without a token, as are the other fields then.
    token_id, token: the last token and its piece.
    log_prob: of the whole, under the model.
    length: tokens in it.
    """

    before: SoFar | None = None
    token_id: int = -1
    token: str = ""
    log_prob: float = 0.0
    length: int = 0

    def then(self, token_id: int, token: str, log_prob: float) -> SoFar:
        """The beginning with one more token, of this log P as a whole."""
        return SoFar(self, token_id, token, log_prob, self.length + 1)

    @property
    def token_ids(self) -> tuple[int, ...]:
        """Of all its tokens, put together on demand."""
        return tuple(each.token_id for each in self._all())

    @property
    def tokens(self) -> tuple[str, ...]:
        """Their pieces, put together on demand."""
        return tuple(each.token for each in self._all())

    def holds(self, token_ids: Sequence[int]) -> bool:
        """Whether these are its tokens."""
        return self.length == len(token_ids) and self.token_ids == tuple(token_ids)

    def _all(self) -> list[SoFar]:
        """The beginnings of one token and more, up to this one."""
        found, each = [], self
        while each.before is not None:
            found.append(each)
            each = each.before
        found.reverse()
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        """Copied and pickled flat: a chain of objects may be deeper than Python recurses."""
        return _chained, ([(each.token_id, each.token, each.log_prob) for each in self._all()],)


NOTHING_YET = SoFar()


def _chained(tokens: Iterable[tuple[int, str, float]]) -> SoFar:
    found = NOTHING_YET
    for token in tokens:
        found = found.then(*token)
    return found


class Beginnings:
    """The beginnings that a trace's rows stand for, as a list in which each names the place of the one before it.

    written: the list, whose first is the one without a token.
    """

    def __init__(self) -> None:
        self.written: list[dict[str, Any]] = []
        self._places: dict[tuple[int | None, int, float], int] = {}
        self._met: dict[int, tuple[SoFar, int]] = {}  # by identity; held, so that no other gets the same

    def place(self, beginning: SoFar) -> int:
        """Where it stands in the list, to which it is added with all before it that are not there yet."""
        new: list[SoFar] = []
        each: SoFar | None = beginning
        while each is not None and id(each) not in self._met:
            new.append(each)
            each = each.before
        at = None if each is None else self._met[id(each)][1]
        for each in reversed(new):
            at = self._put(each, at)
            self._met[id(each)] = each, at
        assert at is not None
        return at

    def _put(self, beginning: SoFar, before: int | None) -> int:
        key = before, beginning.token_id, beginning.log_prob
        if key not in self._places:
            self._places[key] = len(self.written)
            last = {"token_id": beginning.token_id, "token": beginning.token, "log_prob": beginning.log_prob}
            self.written.append({"before": before, **last} if before is not None else {"before": None})
        return self._places[key]


def read_beginnings(written: Sequence[Mapping[str, Any]]) -> list[SoFar]:
    """The beginnings of such a list, at their places.

    Raises:
        CoreError: one does not follow from one before it.
    """
    found: list[SoFar] = []
    for place, each in enumerate(written):
        before = each.get("before")
        if before is None:
            found.append(NOTHING_YET)
        elif isinstance(before, int) and 0 <= before < place:
            found.append(found[before].then(each["token_id"], each["token"], float(each["log_prob"])))
        else:
            raise CoreError(f"beginning {place} of this trace does not follow from one before it")
    return found
