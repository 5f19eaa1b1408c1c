import pytest

from demo.common.examples import EXAMPLES
from demo.common.languages import languages, with_article


def test_names_codes_and_examples_come_from_the_metadata() -> None:
    known = languages({"source_language": "English", "target_language": "French", "examples": ["A dog.", ""]})
    assert (known.source, known.target) == ("English", "French")
    assert (known.source_code, known.target_code) == ("en", "fr")
    assert known.examples == ("A dog.",)
    assert known.missing == "Type an English sentence to translate."


def test_what_is_no_language_has_no_code() -> None:
    known = languages({"source_language": "Date in words", "target_language": "ISO date"})
    assert (known.source_code, known.target_code) == (None, None)
    assert known.missing == "Type something for the model to read." and known.noun == "output"


@pytest.mark.parametrize("examples", [None, [], "A dog.", 5, [1, 2]])
def test_unusable_metadata_is_replaced(examples: object) -> None:
    known = languages({"examples": examples})
    assert known.examples == EXAMPLES
    assert (known.source, known.target) == ("Source", "Translation")


def test_any_language_that_has_a_code_is_known_and_its_direction() -> None:
    known = languages({"source_language": "Arabic", "target_language": "Cornish"})
    assert (known.source_code, known.target_code, known.noun) == ("ar", "kw", "translation")
    assert known.reads_right_to_left and known.missing == "Type an Arabic sentence to translate."
    assert not languages({"source_language": "Japanese"}).reads_right_to_left
    for name in ("Hebrew", "Persian", "Urdu", "Yiddish"):
        assert languages({"source_language": name}).reads_right_to_left


def test_outputs_are_called_what_the_card_says() -> None:
    sides = {"source_language": "Arabic", "target_language": "English"}
    assert languages(sides | {"task": "transliteration"}).noun == "transliteration"
    assert languages({"task": "summarization", "source_language": "Text"}).noun == "summary"
    assert languages({}).noun == "translation"
    assert [with_article(noun) for noun in ("translation", "inflection", "output", "Übung")] == [
        "a translation", "an inflection", "an output", "a Übung",
    ]  # fmt: skip


def test_what_the_button_says_follows_the_task() -> None:
    sides = {"source_language": "Arabic", "target_language": "English"}
    said = {
        task: languages(sides | {"task": task}) for task in ("transliteration", "inflection", "summarization", "SQL")
    }
    assert [(known.verb, known.doing) for known in said.values()] == [
        ("Transliterate", "Transliterating"), ("Inflect", "Inflecting"), ("Summarise", "Summarising"),
        ("Decode", "Decoding"),
    ]  # fmt: skip
    assert (languages({}).verb, languages(sides).doing) == ("Translate", "Translating")
    assert languages({"source_language": "Date in words", "target_language": "ISO date"}).verb == "Decode"


def test_headings_and_axes_say_what_the_model_writes() -> None:
    card = {"task": "pronunciation", "source_language": "Word", "target_language": "Phonemes"}
    known = languages(card)
    assert (known.output, known.outputs, known.done) == ("Pronunciation", "pronunciations", "Pronounced")
    assert known.sides == ("Pronunciation: Phonemes", "Source: Word")
    assert languages({"source_language": "Number", "target_language": "Number"}).sides[0] == "Output: Number"
    summary = languages({"task": "summarization", "source_language": "Text", "target_language": "Summary"})
    assert (summary.sides, summary.outputs) == (("Summary", "Source: Text"), "summaries")
    assert languages({}).sides == ("Translation", "Source")
    assert languages(card | {"task": "SQL"}).output == "SQL"
