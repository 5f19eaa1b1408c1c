from markupsafe import escape

from demo.common.markup import Html, join, tag

HOSTILE = """<img src=x onerror="alert('1')"> & ${alert(1)} {{value}}"""


def test_plain_strings_are_escaped_everywhere() -> None:
    shown = tag("p", HOSTILE, [HOSTILE], title=HOSTILE)
    assert "<img" not in shown
    assert 'onerror="' not in shown
    assert shown.count("&lt;img") == 3


def test_html_is_not_escaped_twice() -> None:
    inner = tag("b", "a & b")
    assert tag("p", inner) == "<p><b>a &amp; b</b></p>"
    assert escape(inner) == inner
    assert join([inner, "<"], " ") == "<b>a &amp; b</b> &lt;"
    assert isinstance(join([]), Html)


def test_attributes_may_be_left_out_or_bare() -> None:
    shown = tag("button", "x", class_="a", aria_label=None, hidden=True, disabled=False, data_index=0)
    assert shown == '<button class="a" hidden data-index="0">x</button>'
