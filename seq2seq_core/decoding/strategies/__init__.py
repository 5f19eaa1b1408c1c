"""Decoding strategies: one file each, its loop visible from top to bottom. A new one is its file and one line here."""

from __future__ import annotations

from seq2seq_core.decoding.config import Config
from seq2seq_core.decoding.strategies import beam, diverse_beam, exact, forced, greedy, mbr, sample, stochastic_beam
from seq2seq_core.decoding.strategy import AnyStrategy
from seq2seq_core.types import CoreError

_MODULES = (
    greedy,
    beam,
    diverse_beam,
    sample,
    stochastic_beam,
    mbr,
    exact,
)
STRATEGIES: dict[str, AnyStrategy] = {module.STRATEGY.name: module.STRATEGY for module in _MODULES}
"""Every strategy to translate with by its name, in the order in which a person meets them."""

FORCED = forced.STRATEGY
"""Forced decoding, which needs a target: ``Source.prefix``, EOS included."""


def strategy_of(config: Config) -> AnyStrategy:
    """The strategy whose settings these are.

    Raises:
        CoreError: none takes them.
    """
    for strategy in (*STRATEGIES.values(), FORCED):
        if strategy.Config is type(config):
            return strategy
    raise CoreError(f"no strategy takes a {type(config).__name__}; there are: {', '.join(STRATEGIES)}")
