import pytest
import sacrebleu

from seq2seq_core.contrast import by_cut_words, by_length, ngrams_apart, sentence_chrf

REFERENCES = ["Zwei Hunde spielen im Schnee.", "Die Frau liest.", "Es regnet."]
OURS = ["Zwei Hunde spielen im Schnee.", "Die Frau liest.", "Es regnet."]
THEIRS = ["Zwei Hunde spielen im Sand.", "Die Frau liest.", "Es schneit."]


def test_chrf_of_each_sentence_is_sacrebleus() -> None:
    metric = sacrebleu.CHRF()
    wanted = [metric.sentence_score(text, [one]).score for text, one in zip(THEIRS, REFERENCES, strict=True)]
    assert sentence_chrf(THEIRS, REFERENCES) == pytest.approx(wanted)


def test_ngrams_that_only_one_side_says_with_how_often_the_references_do() -> None:
    found = ngrams_apart(OURS, THEIRS, REFERENCES, 10)
    said = {one.words: (one.ours, one.theirs, one.wanted) for one in found}
    assert said["spielen im Schnee ."] == (1, 0, 1)
    assert "Schnee" not in said, "what stands in a longer one and is counted alike is not said twice"
    assert "im" not in said, "both say it"
    assert said["Es regnet ."] == (1, 0, 1)
    wrong = {one.words: one.wanted for one in ngrams_apart(THEIRS, OURS, REFERENCES, 10)}
    assert wrong["Es schneit ."] == 0
    assert ngrams_apart(OURS, OURS, REFERENCES, 10) == ()


def test_the_greatest_difference_comes_first_and_there_are_no_more_than_asked_for() -> None:
    found = ngrams_apart(["a b", "a c", "a d"], ["b", "c", "x"], None, 2)
    assert (found[0].words, found[0].ours, found[0].theirs, found[0].wanted) == ("a", 3, 0, None)
    assert len(found) == 2


def test_sentences_are_grouped_by_their_words() -> None:
    groups = by_length(["a", "", "a b c d e", "a b c d e f", " ".join("a" * 31)])
    assert [(group.name, group.places) for group in groups] == [
        ("1 to 5 words", (0, 1, 2)), ("6 to 10 words", (3,)), ("31 words or more", (4,)),
    ]  # fmt: skip


def test_sentences_are_grouped_by_words_that_are_no_pieces_of_their_own() -> None:
    whole = ("▁A", "▁dog", ".", "</s>")
    one = ("▁A", "▁jack", "et", ",", "▁red", "</s>")
    three = ("▁x", "y", "▁u", "v", "w", "▁k", "l", "</s>")
    groups = by_cut_words([one, whole, three, whole], "▁")
    assert [(group.name, group.places) for group in groups] == [
        ("no word cut", (1, 3)), ("1 word cut", (0,)), ("2 words cut or more", (2,)),
    ]  # fmt: skip
