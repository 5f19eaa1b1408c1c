import pytest

from demo.common.examples import EXAMPLES
from demo.common.languages import languages


def test_names_codes_and_examples_come_from_the_metadata() -> None:
    known = languages({"source_language": "English", "target_language": "French", "examples": ["A dog.", ""]})
    assert (known.source, known.target) == ("English", "French")
    assert (known.source_code, known.target_code) == ("en", "fr")
    assert known.examples == ("A dog.",)
    assert known.missing == "Type an English sentence to translate."


def test_what_is_no_language_has_no_code() -> None:
    known = languages({"source_language": "Date in words", "target_language": "ISO date"})
    assert (known.source_code, known.target_code) == (None, None)
    assert known.missing == "Type something to translate."


@pytest.mark.parametrize("examples", [None, [], "A dog.", 5, [1, 2]])
def test_unusable_metadata_is_replaced(examples: object) -> None:
    known = languages({"examples": examples})
    assert known.examples == EXAMPLES
    assert (known.source, known.target) == ("Source", "Translation")
