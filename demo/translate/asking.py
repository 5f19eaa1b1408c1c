"""What if it had said that word? Links that search again for words which other candidates have and the best lacks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from demo.common.contestant import changed
from demo.common.markup import Html, tag

if TYPE_CHECKING:  # the core brings torch, which a panel has no use for
    from demo.translate.state import Shown

WORD = re.compile(r"\w+(?:['’-]\w+)*")
MOST = 6
"""Words that are offered."""

SEARCHES = ("beam", "diverse-beam")
"""Strategies that know words to say; for the others a beam search asks."""


def draw(shown: Shown) -> Html:
    """A link for each of the first few words; nothing where all candidates have the same ones."""
    first, *others = (WORD.findall(hypothesis.text) for hypothesis in shown.result.hypotheses)
    words = [word for word in dict.fromkeys(word for other in others for word in other) if word not in first][:MOST]
    if not words:
        return Html()
    lang = shown.languages.target_code
    links = [tag("a", word, href=_href(shown, word), lang=lang) for word in words]
    name = tag("span", "What if it had said", class_="try")
    return tag("nav", name, links, class_="chips", aria_label="Words to ask for")


def _href(shown: Shown, word: str) -> str:
    """The same sentence, under the same settings where they know words to say."""
    strategy = shown.result.strategy if shown.result.strategy in SEARCHES else SEARCHES[0]
    settings = changed(strategy, shown.result.config) if strategy == shown.result.strategy else {}
    asked = {"text": shown.request.text, "model": shown.request.model, "strategy": strategy}
    return "?" + urlencode(asked | settings | {"force_words": word})
