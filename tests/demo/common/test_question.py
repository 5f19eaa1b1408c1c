import zlib
from dataclasses import replace

from demo.common.question import LONGEST, PageQuestion, bar, of, quoted, typed


def test_the_bar_says_what_was_asked_and_carries_it_for_the_page() -> None:
    question = PageQuestion(("<b>A dog.</b>", 5, None), (quoted("<b>A  dog.</b>"), "Beam 5"), '[["Mine"]]')
    drawn = bar("set", question, "set-run", "Run again", "#board [data-there]")
    assert "You see what came of “&lt;b&gt;A dog.&lt;/b&gt;”, Beam 5." in drawn
    assert 'data-asked="[&#34;&lt;b&gt;A dog.&lt;/b&gt;&#34;, 5, null]"' in drawn
    assert 'data-view="set"' in drawn and of("set") == "answer answer-set"
    assert 'data-place="#board [data-there]"' in drawn and 'data-run="set-run">Run again' in drawn
    assert 'data-caption="[&#34;“&lt;b&gt;A dog.&lt;/b&gt;”&#34;, &#34;Beam 5&#34;]"' in drawn, (
        "what files of figures say"
    )
    longer = bar("set", replace(question, caption=("“A whole sentence.”", "Model")), "set-run", "Run again")
    assert 'data-caption="[&#34;“A whole sentence.”&#34;, &#34;Model&#34;]"' in longer
    assert bar("set", None, "set-run", "Run again") == ""


def test_a_long_text_goes_back_as_its_check_sum_alone() -> None:
    assert typed("x" * LONGEST) == "x" * LONGEST
    long = "\U0001f436\r\n" * LONGEST
    assert typed(long) == {"crc32": zlib.crc32(long.replace("\r\n", "\n").encode("utf-16-le"))}
    assert len(quoted(long)) < 100
    assert isinstance(typed("\ud800" * LONGEST * 2), dict), "half a character is no error"
