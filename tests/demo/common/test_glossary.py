import re

from demo.common import glossary
from demo.compare import board
from demo.compare.board import Board, ShownCard
from demo.translate import candidates, ledger
from tests.demo import samples


def test_the_glossary_is_a_press_away_from_where_the_terms_stand() -> None:
    drawn = glossary.draw({"Beam search": "Keep a few."})
    for term in ("piece", "log P", "nat", "alpha", "the end sign", "entropy", "Beam search"):
        assert re.search(rf"<dt>[^<]*{term}", drawn), term
    assert "<dt>t</dt>" in drawn
    result = samples.result()
    for card in (candidates.draw(result, 0), ledger.draw(result, 1.0, 0.0), board.draw(Board([ShownCard("A", "")]))):
        assert f'popovertarget="{glossary.ID}"' in card
    assert f'id="{glossary.ID}" popover="auto"' in drawn
