from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from demo.common.examples import EXAMPLES
from demo.common.languages import instead, languages, with_article
from demo.limits import layout as limits
from demo.limits.events import LimitsEvents
from demo.service import Service
from demo.why_not import layout as why_not
from demo.why_not.events import WhyEvents
from tests.demo import samples
from tests.demo.reading import told


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


def test_an_example_gives_way_to_one_that_the_chosen_model_reads_and_what_a_person_typed_stays() -> None:
    english, bare = languages({"source_language": "English", "examples": ["A dog."]}), languages({})
    arabic, words = languages({"source_language": "Arabic", "examples": ["سليم"]}), languages(samples.PRONUNCIATION)
    every, first = (english, bare, arabic, words), EXAMPLES[0]
    for text in (first, "A dog.", "walk"):
        assert instead(text, arabic, every, first) == "سليم"
    assert instead(first, words, every, first) == "walk"
    assert instead("سليم", english, every, first) == instead("walk", bare, every, first) == first
    for text, known in (("سليم", arabic), ("A dog.", english), ("A dog.", bare), (first, english), ("Mine.", arabic)):
        assert instead(text, known, every, first) is None
    assert instead(["A dog."], arabic, every, first) is None


def test_views_begin_with_what_the_first_model_reads(service: Service) -> None:
    request: Any = SimpleNamespace(query_params={})
    for metadata, begun in (({}, None), (samples.PRONUNCIATION, "walk")):
        for name in ("en-de", "en-de-context"):
            service.translator(name).metadata |= metadata
        with gr.Blocks():
            why = WhyEvents(service, why_not.lay_out(service))
            beside = LimitsEvents(service, limits.lay_out(service))
        for view in (why, beside):
            assert told(view._view, view.restore(request)).sentence.get("value") == begun
    card = service.translator("en-de-context").metadata
    card.clear()
    card["source_language"] = "English"
    chosen = told(why._view, why.choose_model("en-de-context", "walk"))
    assert chosen.sentence["value"] == EXAMPLES[0] and "value" not in chosen.expected
    assert "value" not in told(why._view, why.choose_model("en-de-context", "mine")).sentence
