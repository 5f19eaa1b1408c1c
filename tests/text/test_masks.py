"""What is not translated is found, and nothing else."""

from __future__ import annotations

import time

import pytest

from seq2seq_core.text.masks import spans, unread
from tests.text.vocabulary import SmallVocabulary

KNOWS = SmallVocabulary().knows


def found(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(text, KNOWS)]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Look at https://example.org/a?b=c#d, please.", ["https://example.org/a?b=c#d"]),
        ("See (www.example.org/page).", ["www.example.org/page"]),
        ("Write to jo.doe+x@mail.example.org!", ["jo.doe+x@mail.example.org"]),
        ("Go to example.com.", ["example.com"]),
        ("<b>Hello</b> world<br/>", ["<b>", "</b>", "<br/>"]),
        ("Fish &amp; chips &#8217;", ["&amp;", "&#8217;"]),
        ("%1$s has %d files, %(name)s.", ["%1$s", "%d", "%(name)s"]),
        ("Hello {name}, {{ user.id }} and ${HOME}", ["{name}", "{{ user.id }}", "${HOME}"]),
        ("Run `ls -l *.py` now", ["`ls -l *.py`"]),
        ("the my_value of open() in /usr/local/bin", ["my_value", "open()", "/usr/local/bin"]),
        ("Nice 😀👍🏽 and ❤️", ["😀👍🏽", "❤️"]),
        ("👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇫🇷", ["👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇫🇷"]),
        ("Press 1️⃣ or 2", ["1️⃣"]),
        ("It costs $1,234.56 or €5 or 7 €.", ["$1,234.56", "€5", "7 €"]),
        ("He ran 42 km at 12°C, 5% up", ["42 km", "12°C", "5%"]),
        ("Call 030 1234567 or +49 30 555-123", ["030 1234567", "+49 30 555-123"]),
        ("It was -5°C, -$3 and +7%", ["-5°C", "-$3", "+7%"]),
        ("We know 5 + 3 = 8, 2*3=6 and 4 x 4", ["5 + 3 = 8", "2*3=6"]),
        ("In 1,500,000 years, 123456 of them", ["1,500,000", "123456"]),
        ("On 2024-05-06 and 3/4/2023", ["2024-05-06", "3/4/2023"]),
        ("Thanks @jo_doe #winning :-) <3", ["@jo_doe #winning :-) <3"]),
        ("**bold** and ~~gone~~", ["**", "**", "~~", "~~"]),
        ("Read [this page](https://a.org/b), [not] (that)", ["[", "](https://a.org/b)"]),
        ("The sign ⟨1⟩ of ours", ["⟨1⟩"]),
    ],
)
def test_kept(text: str, kept: list[str]) -> None:
    assert found(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "I was born in 1986 and have 17 books.",
        "It costs 3.50 euros.",
        "The train leaves at 9:20 on 14 March 2023.",
        "Is that 100 in all? No. 5, I said; yes/no.",
        'He said: "It\'s mine" (I think)...',
        "A ratio of 3 to 1 and so on, e.g. here.",
        "The cat's out of the bag - isn't it?",
    ],
)
def test_ordinary_writing_is_translated(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Нина said (привет) twice", ["Нина", "привет"]),
        ("Meet Dvořák, please", ["Dvořák"]),
        ("你好 世界 means hello", ["你好 世界"]),
        ("x ≠ y", ["≠"]),
        ("plain", []),
        ("a\\b|c", []),
    ],
)
def test_unread(text: str, kept: list[str]) -> None:
    assert [text[start:end] for start, end in unread(text, KNOWS)] == kept


@pytest.mark.parametrize(
    "unit", ["a.", "a", "1", "<a", "a_", "{", "/a", "`", "%", "😀a", "你 ", "1 2 ", "a@", "(1)-", "**", "&a"]
)
def test_a_long_line_takes_linear_time(unit: str) -> None:
    """Were all that follows read again from each character, ten times the text would take a hundred times as long."""

    def seconds(count: int) -> float:
        start = time.process_time()
        spans(unit * count, KNOWS)
        unread(unit * count, KNOWS)
        return time.process_time() - start

    assert seconds(20_000) < 40 * max(seconds(2_000), 0.002)
