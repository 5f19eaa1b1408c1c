from __future__ import annotations

import random

from seq2seq_core.data.batches import make_batch, plan_batches
from seq2seq_core.types import SpecialTokens


def lengths() -> list[tuple[int, int]]:
    rng = random.Random(0)
    return [(rng.randint(1, 20), rng.randint(1, 25)) for _ in range(1000)]


def test_every_pair_once_within_the_budget_and_of_one_source_length() -> None:
    sizes = lengths()
    plan = plan_batches(sizes, max_tokens=200, seed=1)
    assert sorted(i for batch in plan for i in batch) == list(range(1000))
    specials = SpecialTokens()
    for indices in plan:
        batch = make_batch([([9] * sizes[i][0], [9] * sizes[i][1]) for i in indices], specials)
        assert batch.target_in.numel() <= 200 and batch.source.numel() <= 200
        assert (batch.source != 0).all()
        assert batch.target_in.shape[1] % 2 == 0


def test_the_seed_decides_the_order() -> None:
    plans = [plan_batches(lengths(), max_tokens=200, seed=seed) for seed in (1, 1, 2)]
    assert plans[0] == plans[1] != plans[2]


def test_a_batch_by_hand() -> None:
    batch = make_batch([([7, 8], [9]), ([5, 6], [10, 11, 12])], SpecialTokens())
    assert batch.source.tolist() == [[7, 8, 3], [5, 6, 3]]
    assert batch.lengths.tolist() == [3, 3]
    assert batch.target_in.tolist() == [[2, 9, 0, 0], [2, 10, 11, 12]]
    assert batch.target_out.tolist() == [[9, 3, 0, 0], [10, 11, 12, 3]]
