import json
import re
from dataclasses import replace
from html import unescape
from types import SimpleNamespace
from typing import Any

from demo.common import slim, status
from demo.common.languages import Languages
from demo.common.markup import tag
from demo.common.text_input import InputError
from demo.translate import asking, candidates, heatmap, signs, source_words, translation
from seq2seq_core.why_not import signs_of
from tests.demo import samples


def plain(shown: str) -> str:
    return re.sub(r"<[^>]*>", "", shown)


def test_the_translation_reads_as_words_and_says_each_probability() -> None:
    shown = translation.draw(samples.result(), 0)
    assert plain(shown) == "Ein Mann in einer roten Jacke liest. ∎"
    assert 'title="liest · P 42.0%"' in shown
    assert "--unsure:0.580" in shown


def test_a_translation_that_ran_out_of_length_says_so() -> None:
    cut = samples.hypothesis(("▁Ein", "▁Mann"), (0.9, 0.9))
    assert "cut at the length limit" in plain(translation.draw(samples.result(hypotheses=(cut,)), 0))


def test_an_empty_translation_says_so() -> None:
    empty = samples.hypothesis(("</s>",), (0.9,))
    assert "(empty" in plain(translation.draw(samples.result(hypotheses=(empty,)), 0))


def test_a_draft_reads_as_words() -> None:
    assert plain(translation.draft(("▁Ein", "▁Hund", "e"))) == "Ein Hunde"


def test_candidates_show_score_log_p_and_length_of_each() -> None:
    result = samples.result()
    shown = candidates.draw(result, 1)
    for hypothesis in result.hypotheses:
        assert all(word in shown for word in hypothesis.text.split())
        assert f"−{abs(hypothesis.score):.2f}" in shown
        assert f"−{abs(hypothesis.log_prob):.2f}" in shown
    assert shown.count('aria-pressed="true"') == 1
    assert re.search(r'<tr class="chosen" data-index="1">', shown)
    assert "--length:1.000" in shown


def test_panels_show_what_a_model_says_as_text() -> None:
    hostile = samples.hypothesis(("▁<img src=x onerror=alert(1)>", "</s>"), (0.5, 0.9))
    result = samples.result(hypotheses=(hostile,))
    for shown in (translation.draw(result, 0), candidates.draw(result, 0)):
        assert "<img" not in shown
        assert "&lt;img" in shown


def test_the_status_says_strategy_cost_time_and_device() -> None:
    line = plain(status.done(samples.result(), "Beam search", "Only the first 1,000 characters were read."))
    for fact in ("Beam search", "10 steps", "rows × steps", "83 ms", "CPU", "Only the first"):
        assert fact in line
    faster = replace(samples.result(), precision="int8")
    assert "int8" in plain(status.done(faster, "Beam search", "")) and "float32" not in line
    assert status.device_name("cuda:1") == "CUDA GPU 1"
    assert 'role="alert"' in status.error("<no>")
    assert "<no>" not in status.error("<no>")


def test_words_of_other_candidates_can_be_asked_for() -> None:
    result = samples.result()
    first, other = result.hypotheses[0], replace(result.hypotheses[0], text="Ein Hund & ein Mann liest.")
    shown: Any = SimpleNamespace(
        result=replace(result, hypotheses=(first, other), config={"num_beams": 7, "length_penalty_type": "avg"}),
        request=SimpleNamespace(text="A man.", model="en-de"),
        languages=Languages(),
    )
    drawn = asking.draw(shown)
    assert re.findall(r">([^<]+)</a>", drawn) == ["Hund", "ein"]
    assert "text=A+man.&amp;model=en-de&amp;strategy=beam&amp;num_beams=7&amp;force_words=Hund" in drawn
    sampled = replace(shown.result, strategy="sample", config={"top_p": 0.9, "num_return_sequences": 2})
    drawn = asking.draw(SimpleNamespace(**{**vars(shown), "result": sampled}))  # type: ignore[arg-type]
    assert "strategy=beam&amp;force_words=Hund" in drawn and "top_p" not in drawn
    assert asking.draw(SimpleNamespace(**{**vars(shown), "result": replace(result, hypotheses=(first,))})) == ""  # type: ignore[arg-type]


def test_candidates_mark_what_differs_and_group_those_that_say_the_same() -> None:
    first, second, third = samples.result().hypotheses
    result = samples.result(hypotheses=(first, second, replace(second, log_prob=-9.0), third, second))
    shown = candidates.draw(result, 0)
    assert [int(place) for place in re.findall(r'<tr[^>]*data-index="(\d)"', shown)] == [0, 1, 3]
    assert shown.count("3 times") == 1 and "<mark>mit roter</mark>" in shown
    assert "<mark>" not in shown.split('data-index="0"')[1].split("</tr>")[0], "the first is what they are held against"
    chosen = candidates.draw(result, 2)
    assert [int(place) for place in re.findall(r'<tr[^>]*data-index="(\d)"', chosen)] == [0, 2, 3]


def test_the_same_word_is_found_in_translation_and_heatmap() -> None:
    result = samples.result()
    shown = translation.draw(result, 0)
    assert 'data-first="5" data-last="5">Jack<' in shown and 'data-first="9" data-last="9">∎<' in shown
    by_pieces, by_words = (heatmap.draw(result, 0, words) for words in (False, True))
    assert json.loads(unescape(re.search(r'data-rows="([^"]*)"', by_pieces)[1])) == [[i, i] for i in range(10)]  # type: ignore[index]
    assert "[5, 6]" in by_words, "a word's pieces"
    source = source_words.draw(result, 0, "en")
    assert plain(source) == "Amaninaredjacketisreading.∎"
    across = json.loads(unescape(re.search(r'data-columns="([^"]*)"', by_words)[1]))  # type: ignore[index]
    told = re.findall(r'data-from="(\d+)" data-to="(\d+)"', source)
    assert [[int(first), int(last)] for first, last in told] == across, "columns of the heatmap by words"


def test_the_heatmap_is_there_both_ways_the_asked_one_first() -> None:
    result = samples.result()
    ways = [heatmap.draw(result, 0, words) for words in (False, True)]
    assert [re.findall('data-unit="(.*?)"', way) for way in ways] == [["Pieces", "Words"], ["Words", "Pieces"]]
    assert sorted(re.findall("<div.*?</div>", ways[0])) == sorted(re.findall("<div.*?</div>", ways[1]))


def test_each_source_word_says_what_it_got_in_all() -> None:
    result = samples.result()
    attention = result.hypotheses[0].attention
    assert attention is not None
    source = source_words.draw(result, 0)
    assert f'title="A · looked at {attention[:, 0].sum():.2f} in all, by 10 pieces"' in source
    assert re.findall(r'tabindex="(-?\d)"', source) == ["0", *["-1"] * 8], "one stop of the keyboard"


def test_without_attention_no_source_word_is_anybodys() -> None:
    result = samples.result()
    blind = replace(result, hypotheses=(replace(result.hypotheses[0], attention=None),))
    assert source_words.draw(blind, 0) == ""


def test_a_heatmap_is_told_in_a_sentence_row_by_row() -> None:
    parts = {
        "data": [{"z": [[0.9, 0.1], [0.25, 0.75]]}],
        "layout": {"yaxis": {"ticktext": ["Ein", "&lt;b&gt;"]}, "xaxis": {"ticktext": ["A", "man"]}},
    }
    assert heatmap.summary(parts) == "Looked at most: Ein at A (90.0%), <b> at man (75.0%)."
    many = {
        "data": [{"z": [[1.0]] * 23}],
        "layout": {"yaxis": {"ticktext": ["x"] * 23}, "xaxis": {"ticktext": ["y"]}},
    }
    assert heatmap.summary(many).endswith("; and 3 more.")


def test_what_stays_in_sight_names_the_sentence_its_translation_and_the_cards() -> None:
    drawn = slim.draw(tag("span", "A <dog>."), tag("b", "Ein Hund."), {"lens": "why this word?"})
    assert plain(drawn) == "A &lt;dog&gt;. → Ein Hund.why this word?"
    assert '<a href="#card-lens"' in drawn and 'aria-hidden="true"' in drawn


def test_a_message_names_the_field_that_it_speaks_of() -> None:
    assert 'data-field="num_beams"' in status.wrong(InputError("Too many.", "num_beams"))
    assert "data-field" not in status.wrong(InputError("Something else."))


def test_signs_say_what_is_outside_with_measure_and_source_and_nothing_else() -> None:
    result = samples.result()
    found = signs_of(result, {"ranges": {"length": [3.0, 4.0], "coverage": [0.0, 9.0], "stuck": [0.0, 1e9]}})
    drawn = signs.draw(found, "?view=why-not&text=<b>")
    assert "<summary>Unusual here: Length ratio</summary>" in drawn, "what is as usual is not named"
    [line] = [sign.said for sign in found if sign.outside]
    assert line in plain(drawn) and "arXiv 1808.10006" in drawn
    assert "no worse" in drawn and 'href="?view=why-not&amp;text=&lt;b&gt;"' in drawn
    assert signs.draw(signs_of(result, None), "") == "", "where nobody measured what is usual nothing is unusual"
    assert signs.draw((), "") == ""
