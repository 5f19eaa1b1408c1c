"""The command line as other programs use it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from seq2seq_core.checkpoint import save_checkpoint
from seq2seq_core.cli import main
from seq2seq_core.cli.flags import BATCHES_AT_ONCE, CUT
from seq2seq_core.decoding import STRATEGIES, DecodeResult
from tests.tiny import PAIRS, tiny_checkpoint, tiny_tokenizer, write_recipe

LINES = ["seven one.", "", "  one two  ", "<b>😀</b>", "three."]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _saved(tmp_path_factory.mktemp("cli") / "tiny", source_language="English")


def _saved(folder: Path, **metadata: str) -> Path:
    """A model with random weights whose card says so much."""
    made = tiny_checkpoint(tiny_tokenizer(), seed=5)
    save_checkpoint(folder, replace(made, metadata={**made.metadata, **metadata}))
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    def run(*arguments: str | Path, stdin: str | bytes = "") -> tuple[int, list[str], str]:
        data = stdin if isinstance(stdin, bytes) else stdin.encode()
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out.splitlines(), captured.err

    return run


def _sentences(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of all lines of --json, one after the other."""
    return [sentence for line in lines for sentence in line["sentences"]]


def test_one_line_in_one_line_out(run, checkpoint: Path) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run("translate", "--checkpoint", checkpoint, stdin="\n".join(LINES) + "\n")
    assert code == 0 and all(CUT in line for line in err.splitlines())  # untrained, it finds no end
    assert len(out) == len(LINES) and out[1] == ""
    assert run("translate", "--checkpoint", checkpoint, stdin="")[:2] == (0, [])
    # No line end after the last line, and one from another system, change nothing.
    assert run("translate", "--checkpoint", checkpoint, stdin="\r\n".join(LINES))[1] == out


def test_json_has_what_was_promised(run, checkpoint: Path) -> None:  # type: ignore[no-untyped-def]
    flags = ("translate", "--checkpoint", checkpoint, "--json", "--num-return-sequences", "2")
    plain = [json.loads(line) for line in run(*flags, stdin="\n".join(LINES))[1]]
    traced = [json.loads(line) for line in run(*flags, "--trace", stdin="\n".join(LINES))[1]]
    for short_line, full_line, line in zip(plain, traced, LINES, strict=True):
        assert short_line["source"] == full_line["source"] == line
        assert len(short_line["sentences"]) == len(full_line["sentences"]) == bool(line.strip())
    for bare, full in zip(_sentences(plain), _sentences(traced), strict=True):
        assert bare["strategy"] == "beam"
        assert {"source_tokens", "hypotheses", "forward_calls", "seconds"} <= bare.keys()
        for short, long in zip(bare["hypotheses"], full["hypotheses"], strict=True):
            assert {"text", "tokens", "token_log_probs", "log_prob", "score"} <= short.keys()
            assert short["attention"] is None
            assert short["tokens"] == long["tokens"]
            assert len(long["attention"]) == len(long["tokens"])
            assert {len(row) for row in long["attention"]} == {len(full["source_tokens"])}
        assert full["steps"] and not bare["steps"]
        assert DecodeResult.from_dict(full).to_dict() == full


PARAGRAPH = "  seven one.  two three!  1. four. "
PARTS = ["seven one.", "two three!", "four."]


def test_a_line_is_translated_sentence_by_sentence(run, checkpoint: Path) -> None:  # type: ignore[no-untyped-def]
    flags = ("translate", "--checkpoint", checkpoint, "--max-new-tokens", "9")
    one, two, three = run(*flags, stdin="\n".join(PARTS))[1]
    [last] = run(*flags, stdin="six.")[1]
    assert run(*flags, stdin=f"{PARAGRAPH}\nsix.\n")[1] == [f"  {one}  {two}  1. {three} ", last]
    [line] = [json.loads(line) for line in run(*flags, "--json", stdin=PARAGRAPH)[1]]
    assert line["source"] == PARAGRAPH and line["text"] == f"  {one}  {two}  1. {three} "
    assert [sentence["source"] for sentence in line["sentences"]] == PARTS
    assert line["between"] == ["  ", "  ", "  1. ", " "]
    [whole] = [json.loads(line) for line in run(*flags, "--json", "--no-split", stdin=PARAGRAPH)[1]]
    assert [sentence["source"] for sentence in whole["sentences"]] == [PARAGRAPH.strip()]


def test_a_model_of_no_language_gets_whole_lines(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for number, metadata in enumerate(({}, {"source_language": "Date"})):
        folder = _saved(tmp_path / str(number), **metadata)
        [line] = run("translate", "--checkpoint", folder, "--json", "--max-new-tokens", "3", stdin=PARAGRAPH)[1]
        assert [sentence["source"] for sentence in json.loads(line)["sentences"]] == [PARAGRAPH.strip()]


def test_several_translations_of_a_line_are_joined_rank_by_rank(run, checkpoint: Path) -> None:  # type: ignore[no-untyped-def]
    flags = ("translate", "--checkpoint", checkpoint, "--max-new-tokens", "9", "--num-return-sequences", "2")
    [line] = [json.loads(line) for line in run(*flags, "--json", stdin=PARAGRAPH)[1]]
    ranked = [[sentence["hypotheses"][rank]["text"] for sentence in line["sentences"]] for rank in range(2)]
    said = [f"1\t{rank}\t  {one}  {two}  1. {three} " for rank, (one, two, three) in enumerate(ranked, start=1)]
    assert run(*flags, stdin=PARAGRAPH)[1] == said and said[0] != said[1]


def test_a_prefix_begins_a_line_and_not_each_sentence(run, checkpoint: Path) -> None:  # type: ignore[no-untyped-def]
    flags = ("translate", "--checkpoint", checkpoint, "--max-new-tokens", "3", "--prefix", "acht", "--json")
    lines = [json.loads(line)["sentences"] for line in run(*flags, stdin="one. two.\nthree.")[1]]
    begins = [[sentence["hypotheses"][0]["text"].startswith("acht") for sentence in line] for line in lines]
    assert begins == [[True, False], [True]]


def test_a_seed_gives_the_same_samples_at_any_batch_size(run, checkpoint: Path) -> None:  # type: ignore[no-untyped-def]
    def sample(*flags: str) -> list[str]:
        _, out, _ = run("translate", "--checkpoint", checkpoint, "--strategy", "sample", *flags, stdin="one two.\n" * 7)
        return list(out)

    assert sample("--seed", "3") == sample("--seed", "3", "--batch-size", "2") != sample("--seed", "4")
    assert len(set(sample("--seed", "3"))) > 1


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_by_flag(run, checkpoint: Path, strategy: str) -> None:  # type: ignore[no-untyped-def]
    flags = ("translate", "--checkpoint", checkpoint, "--strategy", strategy, "--json", "--max-new-tokens", "3")
    code, out, _ = run(*flags, "--prefix", "acht", stdin="one two.\n\n")
    results = [DecodeResult.from_dict(sentence) for sentence in _sentences(map(json.loads, out))]
    assert code == 0 and len(out) == 2 and [result.strategy for result in results] == [strategy]
    assert results[0].hypotheses[0].text.startswith("acht")
    assert (results[0].proven is not None) == (strategy == "exact")


def test_score_tells_of_other_segmentations(  # type: ignore[no-untyped-def]
    run, checkpoint: Path, repo_root: Path, tmp_path: Path
) -> None:
    pairs = [*PAIRS[33:39], ("two", "")]
    for place, name in enumerate(("src", "tgt")):
        (tmp_path / name).write_text("".join(pair[place] + "\n" for pair in pairs), encoding="utf-8")
    flags = ("score", "--checkpoint", checkpoint, "--src", tmp_path / "src", "--tgt", tmp_path / "tgt")
    plain = run(*flags)[1]
    asked = run(*flags, "--segmentations", "4", "--json")[1]
    _, table, notes = run(*flags, "--segmentations", "4")
    likelier = 0
    for before, line, columns in zip(plain[:-1], asked, table[:-1], strict=False):
        row, (own, best, tokens) = json.loads(line), columns.split("\t")
        other = row["other_segmentation"]
        assert [float(before), float(own), float(best)] == pytest.approx(
            [row["log_prob"], row["log_prob"], other["log_prob"]], abs=1e-3
        )
        assert tokens.split(" ") == other["tokens"] != row["tokens"]
        assert "".join(other["tokens"]) == "".join(row["tokens"])
        likelier += other["log_prob"] > row["log_prob"]
    assert json.loads(asked[-1])["other_segmentation"] is None and table[-1].split("\t")[1:] == ["", ""]
    assert f"note: {likelier} of {len(pairs)} " in notes if likelier else notes == ""
    (tmp_path / "src").write_text("Both boys were late.\nIt is raining.\n", encoding="utf-8")
    (tmp_path / "tgt").write_text("Beide Buben kamen zu spät.\nEs regnet.\n", encoding="utf-8")
    shipped = ("score", "--checkpoint", repo_root / "checkpoints" / "en-de", "--device", "cpu", *flags[3:])
    _, table, notes = run(*shipped, "--segmentations", "4")
    assert "▁B ub en" in table[0] and float(table[0].split("\t")[1]) > float(table[0].split("\t")[0])
    assert notes == "note: 1 of 2 translations are likelier in other pieces than the tokenizer's\n"


def test_score_agrees_with_translate(run, checkpoint: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    sources = [source for source, _ in PAIRS[:20]]
    _, out, _ = run("translate", "--checkpoint", checkpoint, "--json", stdin="\n".join(sources))
    best = [sentence["hypotheses"][0] for sentence in _sentences(map(json.loads, out))]
    (tmp_path / "src").write_text("\n".join(sources) + "\n")
    (tmp_path / "tgt").write_text("\n".join(h["text"] for h in best) + "\n")
    files = ("--src", tmp_path / "src", "--tgt", tmp_path / "tgt")
    code, out, _ = run("score", "--checkpoint", checkpoint, "--json", *files)
    assert code == 0 and len(out) == 20
    for line, hypothesis in zip(out, best, strict=True):
        scored = json.loads(line)
        assert scored["log_prob"] == pytest.approx(sum(scored["token_log_probs"]))
        if scored["tokens"] == hypothesis["tokens"]:
            assert scored["log_prob"] == pytest.approx(hypothesis["log_prob"], abs=1e-4)
    plain = run("score", "--checkpoint", checkpoint, *files)[1]
    assert float(plain[0]) == pytest.approx(json.loads(out[0])["log_prob"], abs=1e-4)


def test_why_not_says_verdict_evidence_and_tokens(run, checkpoint: Path) -> None:  # type: ignore[no-untyped-def]
    asked = ["why-not", "--checkpoint", checkpoint, "--source", "two one.", "--expected", "zwei eins."]
    code, out, _ = run(*asked, "--widest", "2")
    assert code == 0
    found, verdict, *rest = out
    assert found.startswith("found: ") and verdict.split()[0] in ("Search", "Model", "This")
    assert "token\tlog P\trank\tentropy\trather\tlost" in rest
    assert "word\tattention\tlost\tgradient x input\t" in rest and "of what was found:" in rest
    code, [line], _ = run(*asked, "--widest", "0", "--json", "--agreement", "4")
    plain = json.loads(line)
    assert (code, plain["verdict"], plain["widths"]) == (0, verdict, [])
    assert plain["agreement"]["drawn"] == 4 and len(plain["signs"]) == len(plain["signs_said"])
    code, out, _ = run(*asked, "--widest", "0", "--agreement", "4", "--force-words", "drei")
    assert code == 0 and "drei" in out[0] and "chrf\tdrawn\twhich\ttext" in out
    code, out, _ = run(*asked, "--widest", "0", "--exact", "2")
    assert code == 0 and any(line.startswith(("Proven in", "Not proven after")) for line in out)
    assert [line.split("\t")[0] for line in out[-4:]].count("expected") == 1
    code, [line], _ = run(*asked, "--widest", "0", "--exact", "2", "--json")
    assert code == 0 and len(json.loads(line)["exact"]["ranked"]) == 4
    assert run(*asked, "--exact", "0")[0] == 2


def test_about_says_what_a_model_is(run, checkpoint: Path) -> None:  # type: ignore[no-untyped-def]
    log = checkpoint / "log.jsonl"
    before = log.read_text() if log.exists() else None
    log.write_text(
        '{"event": "validation", "step": 7, "loss": 2.5, "bleu": 11}\n{"event": "step", "step": 7, "loss": 3}\n'
    )
    try:
        code, out, _ = run("about", "--checkpoint", checkpoint, "--text", "one two.")
        facts = dict(line.split("\t") for line in out if line.count("\t") == 1)
        assert code == 0 and facts["pieces"].startswith("▁") and "letters long in the mean" in facts["vocabulary"]
        assert out[-2:] == ["update\tloss\tbleu", "7\t2.500\t11.000"]
        code, [line], _ = run("about", "--checkpoint", checkpoint, "--text", "one two.", "--json")
        whole = json.loads(line)
        assert code == 0 and " ".join(whole["pieces"]) == facts["pieces"] and len(whole["log"]) == 2
        assert f"{whole['weights']:,}" == facts["weights"]
    finally:
        log.unlink() if before is None else log.write_text(before)


def test_models_are_set_beside_each_other(run, checkpoint: Path) -> None:  # type: ignore[no-untyped-def]
    asked = ["beside", checkpoint, checkpoint, "--source", "two one.", "--reference", "zwei eins."]
    code, output, _ = run(*asked)
    heads, *rows = (line.split("\t") for line in output)
    assert code == 0 and heads[0] == "model" and len(rows) == 2 and rows[0] == rows[1]
    one, _ = json.loads(run(*asked, "--json")[1][0])
    assert rows[0][2] == f"{one['expected']['hypothesis']['log_prob']:.3f}"
    assert rows[0][4] == one["found"]["hypotheses"][0]["text"]
    code, output, _ = run("beside", checkpoint, "--source", "two one.", "--cost")
    axes = [line.split("\t")[1] for line in output[4:]]
    assert output[3] == "model\tby\tat\tmodel calls\tmilliseconds"
    assert axes == ["width"] * 6 + ["length", "read"] * 3 + ["batch"] * 3
    [timed] = json.loads(run("beside", checkpoint, "--source", "two one.", "--cost", "--json")[1][0])
    assert [cost["axis"] for cost in timed["costs"]] == axes and all(cost["seconds"] > 0 for cost in timed["costs"])
    code, _, error = run("beside", checkpoint, "--source", " ")
    assert code == 2 and "a sentence is needed" in error


def test_worked_examples_are_those_of_the_board_and_of_one_s_own_numbers(run) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run("worked")
    assert code == 0 and "2\tI like\t0.24\t-1.427\tkept" in out and "2\tWe are\t0.18\t-1.715\tdropped" in out
    assert "0.5\t0.844\t0.114\t0.042" in out
    code, [line], _ = run("worked", "--width", "3", "--logits", "1", "1", "--temperatures", "4", "--json")
    told = json.loads(line)
    assert [one["kept"] for one in told["beam"][1] if one["words"] == "We are"] == [True]
    assert told["softmax"] == [{"temperature": 4.0, "probabilities": [0.5, 0.5]}]
    for wrong in (["--temperatures", "0"], ["--logits", "nan"], ["--logits", "inf", "1"], ["--width", "0"]):
        code, _, said = run("worked", *wrong)
        assert code == 2 and len(said.splitlines()) == 1
    assert run("worked", "--width", "100000")[0] == 2


def test_why_not_needs_a_translation(run, checkpoint: Path) -> None:  # type: ignore[no-untyped-def]
    code, _, error = run("why-not", "--checkpoint", checkpoint, "--source", "two", "--expected", " ")
    assert (code, error.count("\n")) == (2, 1)
    assert "one of them is empty" in error


def test_evaluate(run, checkpoint: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "src").write_text("one two.\nthree.\n")
    (tmp_path / "ref").write_text("eins zwei.\ndrei.\n")
    flags = ("evaluate", "--checkpoint", checkpoint, "--src", tmp_path / "src", "--ref", tmp_path / "ref")
    code, out, _ = run(*flags, "--strategy", "greedy")
    assert code == 0
    assert out[0].startswith("BLEU ") and "nrefs:1|case:mixed" in out[0] and "tok:13a" in out[0]
    assert out[1].startswith("chrF ") and "nc:6" in out[1]
    assert out[2].startswith("exact ") and "% of the characters" in out[2]
    _, out, _ = run(*flags, "--ref", tmp_path / "ref", "--json")
    assert "nrefs:2" in json.loads(out[0])["bleu_signature"]
    (tmp_path / "ref").write_text("zwei\ndrei\n")
    assert run(*flags)[1][0] == "BLEU is left out: the references are single words, which have no n-grams"
    assert json.loads(run(*flags, "--json")[1][0])["bleu"] is None


def test_evaluate_takes_what_new_takes(run, checkpoint: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "x.jsonl").write_text('{"en": "one two.", "de": "eins zwei."}\n{"en": "three.", "de": "drei."}\n')
    (tmp_path / "src").write_text("one two.\nthree.\n")
    (tmp_path / "ref").write_text("eins zwei.\ndrei.\n")
    flags = ("evaluate", "--checkpoint", checkpoint, "--strategy", "greedy", "--json")
    _, table, _ = run(*flags, "--data", tmp_path / "x.jsonl")
    _, files, _ = run(*flags, "--src", tmp_path / "src", "--ref", tmp_path / "ref")
    _, both, _ = run(*flags, "--data", tmp_path / "src", tmp_path / "ref")
    scores = [{**json.loads(out[0]), "seconds": 0} for out in (table, files, both)]
    assert scores[0] == scores[1] == scores[2] and scores[0]["sentences"] == 2
    for wrong in ((), ("--src", "a"), ("--data", "a", "--src", "b", "--ref", "c")):
        assert "either --data, or both" in run(*flags, *wrong)[2]


def test_scores_are_saved_where_the_model_lies(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder = _saved(tmp_path / "mine", source_language="English")
    (tmp_path / "pairs.tsv").write_text("one two.\teins zwei.\nthree.\tdrei.\n")
    flags = ("evaluate", "--checkpoint", folder, "--data", tmp_path / "pairs.tsv", "--save")
    for strategy in (("greedy",), ("beam", "--num-beams", "3", "--length-penalty", "0"), ("greedy",)):
        assert run(*flags, "--strategy", *strategy)[0] == 0
    scores = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["scores"]
    assert [row["strategy"] for row in scores] == ["beam 3 length_penalty=0.0", "greedy"]
    assert scores[0]["test_set"] == "pairs.tsv" and scores[0]["sentences"] == 2 and "exact" in scores[0]
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "| pairs.tsv | greedy |" in card and str(tmp_path) not in card
    assert run("evaluate", "--checkpoint", "hf:me/digits", "--data", "x", "--save")[2].count("is none; fetch it") == 1
    assert run("translate", "--checkpoint", folder, stdin="one two.")[0] == 0


def test_train(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    recipe = write_recipe(tmp_path)
    code, out, _ = run("train", recipe, "--override", "training.epochs=1", "training.seed=3")
    assert code == 0
    assert any(line.startswith("validation at") and "BLEU" in line for line in out)
    assert run("translate", "--checkpoint", tmp_path / "run" / "checkpoint", stdin="one two.")[0] == 0
    assert run("train", recipe)[0] == 2
    assert run("train", recipe, "--resume")[0] == 0


WRONG = [
    (["translate"], "--checkpoint"),
    (["translate", "--checkpoint", "{c}", "--num-beams", "0"], "num_beams is 0; it must be from 1"),
    (["translate", "--checkpoint", "{c}", "--num-beams", "many"], "--num-beams"),
    (["translate", "--checkpoint", "{c}", "--strategy", "magic"], "magic"),
    (["translate", "--checkpoint", "{c}", "--batch-size", "-1"], "--batch-size"),
    (["translate", "--checkpoint", "{c}", "--device", "tpu"], "tpu"),
    (["translate", "--checkpoint", "{c}", "--num-beam", "3"], "--num-beam"),
    (["translate", "--checkpoint", "{c}", "--trace"], "--json"),
    (["translate", "--checkpoint", "/nowhere"], "/nowhere"),
    (["translate", "--checkpoint", "{c}/config.json"], "config.json"),
    (["translate", "--checkpoint", "{c}", "--strategy", "sample", "--temperature", "0"], "temperature"),
    (["score", "--checkpoint", "{c}", "--src", "/nowhere", "--tgt", "/nowhere"], "/nowhere"),
    (["evaluate", "--checkpoint", "{c}", "--src", "{c}/config.json", "--ref", "{c}/README.md"], "parallel"),
    (["evaluate", "--checkpoint", "{c}", "--src", "/dev/null", "--ref", "/dev/null"], "empty"),
    (["train", "/nowhere.toml"], "/nowhere.toml"),
    (["dance"], "dance"),
    ([], "COMMAND"),
]


@pytest.mark.parametrize(("arguments", "named"), WRONG, ids=[" ".join(arguments) for arguments, _ in WRONG])
def test_what_is_wrong_is_one_line(run, checkpoint: Path, arguments: list[str], named: str) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run(*(argument.format(c=checkpoint) for argument in arguments), stdin="one.\n")
    assert (code, out) == (2, [])
    assert err.startswith("error: ") and err.count("\n") == 1 and named in err


def test_input_that_is_not_text(run, checkpoint: Path) -> None:  # type: ignore[no-untyped-def]
    code, _, err = run("translate", "--checkpoint", checkpoint, stdin=b"fine\n\xff\xfe\n")
    assert code == 2 and "line 2" in err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_text_with_a_mark_is_read_as_it_says(run, checkpoint: Path, encoding: str) -> None:  # type: ignore[no-untyped-def]
    lines = ["one two.", "", "fünf \u0a0a.", "three."]  # U+0A0A is two line feeds, byte by byte
    plain = run("translate", "--checkpoint", checkpoint, stdin="\n".join(lines))
    for text in ("\n".join(lines), "\r\n".join(lines) + "\r\n"):
        assert run("translate", "--checkpoint", checkpoint, stdin=text.encode(encoding)) == plain
    assert plain[0] == 0 and len(plain[1]) == len(lines)


@pytest.mark.parametrize(
    ("data", "named"), [("one two.\n".encode("utf-16-be"), "UTF-16"), ("one".encode("utf-16") + b"!", "damaged")]
)
def test_utf_16_that_cannot_be_read_is_refused(run, checkpoint: Path, data: bytes, named: str) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run("translate", "--checkpoint", checkpoint, stdin=data)
    assert (code, out) == (2, []) and named in err and err.count("\n") == 1


def test_every_translation_asked_for_is_printed(run, checkpoint: Path) -> None:  # type: ignore[no-untyped-def]
    flags = ("translate", "--checkpoint", checkpoint, "--num-return-sequences", "3", "--batch-size", "1")
    lines = ["one two.", "", *["three."] * BATCHES_AT_ONCE]
    out = [line.split("\t") for line in run(*flags, stdin="\n".join(lines))[1]]
    found = [json.loads(line)["sentences"] for line in run(*flags, "--json", stdin="\n".join(lines))[1]]
    texts = [[hypothesis["text"] for one in sentences for hypothesis in one["hypotheses"]] for sentences in found]
    expected = [
        [str(number), str(rank), text]
        for number, ranked in enumerate(texts, start=1)
        for rank, text in enumerate(ranked or [""], start=1)
    ]
    assert out == expected and ["1", "3"] in [line[:2] for line in out] and ["2", "1", ""] in out


def test_evaluate_says_that_it_looks_at_one_translation(run, checkpoint: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a").write_text("one two three four.\n")
    flags = ("evaluate", "--checkpoint", checkpoint, "--src", tmp_path / "a", "--ref", tmp_path / "a")
    assert "--num-return-sequences" in run(*flags, "--num-return-sequences", "2")[2]
    assert "--num-return-sequences" not in run(*flags)[2]


def test_a_flag_of_another_strategy_is_named(run, checkpoint: Path) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run("translate", "--checkpoint", checkpoint, "--strategy", "greedy", "--top-p", ".9", stdin="one.")
    assert code == 0 and len(out) == 1
    assert err.splitlines()[0] == "note: --top-p does nothing with --strategy greedy"


def test_as_a_program(checkpoint: Path) -> None:
    """In a locale that knows no umlauts, and with a reader that leaves early."""
    command = [sys.executable, "-m", "seq2seq_core", "translate", "--checkpoint", str(checkpoint), "--batch-size", "1"]
    environment = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, input="fünf\n".encode(), capture_output=True, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode("utf-8").count("\n") == 1
    help_text = subprocess.run([*command[:4], "--help"], capture_output=True, text=True, timeout=120)
    assert help_text.returncode == 0 and "--length-penalty" in help_text.stdout


def test_translate_writes_before_its_input_ends(checkpoint: Path) -> None:
    """So that a file of any size passes through in bounded memory."""
    command = [sys.executable, "-m", "seq2seq_core", "translate", "--checkpoint", str(checkpoint), "--batch-size", "1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        for _ in range(3):
            process.stdin.write("one two.\n" * BATCHES_AT_ONCE)
            process.stdin.flush()
            assert all(process.stdout.readline() for _ in range(BATCHES_AT_ONCE))
        process.stdin.close()
        assert process.wait(120) == 0


def test_what_is_broken_off_is_said_and_counted(run, checkpoint: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    lines = "one two.\nthree four.\n"
    for arguments in ((), ("--json",), ("--strategy", "greedy")):
        err = run("translate", "--checkpoint", checkpoint, "--max-new-tokens", "1", *arguments, stdin=lines)[2]
        assert err == f"note: 2 lines, the first is 1: {CUT}\n"
    for name in ("src", "ref"):
        (tmp_path / name).write_text(lines, encoding="utf-8")
    files = ("--src", tmp_path / "src", "--ref", tmp_path / "ref", "--max-new-tokens", "1")
    assert run("evaluate", "--checkpoint", checkpoint, *files)[2] == f"note: 2 of 2 outputs: {CUT}\n"


def test_what_a_model_cannot_read_is_said(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    folder = _saved(tmp_path / "translator", source_language="English", target_language="German")
    lines = ["one two.", "Тихий дом", "SEVEN ONE!", "Старый сад"]
    code, out, err = run("translate", "--checkpoint", folder, "--max-new-tokens", "3", stdin="\n".join(lines))
    assert code == 0 and out[1] == lines[1] and out[3] == lines[3] and out[2] == out[2].upper()
    told = "Cyrillic is not among what this model was trained on: those words are given back as they are."
    assert err.splitlines() == [
        f"note: 2 lines, the first is 1: {CUT}",
        f"note: 2 lines, the first is 2: {told}",
        "note: line 3: Read in small letters, and written back in capitals.",
    ]
    [line] = run("translate", "--checkpoint", folder, "--json", "--max-new-tokens", "3", stdin="{name} is one")[1]
    [sentence] = json.loads(line)["sentences"]
    assert sentence["read_as"] == "is one" and sentence["hypotheses"][0]["restored"] == ["{name}"]
