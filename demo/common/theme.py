"""The look of Gradio's own parts, set to our palette."""

from __future__ import annotations

import gradio as gr

from demo.common.assets import PALETTE, rem


def theme() -> gr.themes.Base:
    """Gradio's base theme in our colours and fonts; both are named, so that nothing is fetched."""
    fonts = ["Inter", "system-ui", "sans-serif"]
    of = gr.themes.sizes
    base = gr.themes.Base(
        font=fonts,
        font_mono=["ui-monospace", "monospace"],
        text_size=_growing(of.text_md),
        spacing_size=_growing(of.spacing_md),
        radius_size=_growing(of.radius_md),
    )
    settings = {}
    for variable, name in {
        "body_background_fill": "paper",
        "body_text_color": "ink",
        "body_text_color_subdued": "quiet",
        "background_fill_primary": "card",
        "background_fill_secondary": "well",
        "block_background_fill": "card",
        "block_info_text_color": "quiet",
        "block_label_text_color": "quiet",
        "block_title_text_color": "soft",
        "border_color_primary": "line",
        "border_color_accent": "accent",
        "input_background_fill": "well",
        "input_border_color": "line",
        "input_border_color_focus": "accent",
        "input_placeholder_color": "quiet",
        "slider_color": "accent",
        "loader_color": "accent",
        "button_primary_background_fill": "accent",
        "button_primary_background_fill_hover": "accent-strong",
        "button_primary_text_color": "on-accent",
        "button_secondary_background_fill": "card",
        "button_secondary_background_fill_hover": "well",
        "button_secondary_border_color": "line",
        "button_secondary_text_color": "soft",
        "checkbox_background_color_selected": "accent",
        "checkbox_label_background_fill": "card",
        "checkbox_label_border_color": "line",
        "checkbox_label_background_fill_selected": "accent-wash",
        "link_text_color": "accent",
    }.items():
        settings[variable], settings[f"{variable}_dark"] = PALETTE[name]
    return base.set(
        **settings,
        color_accent=PALETTE["accent"][0],
        block_shadow="none",
        block_border_width="0px",
        block_padding="0px",
        block_radius=rem(14),
        input_radius=rem(10),
        button_large_radius=rem(10),
        button_transition="background-color 120ms ease, border-color 120ms ease",
        layout_gap=rem(20),
    )


def _growing(size: gr.themes.sizes.Size) -> gr.themes.sizes.Size:
    """Gradio's sizes, which are in pixels, as what grows with the page's type."""
    names = ("xxs", "xs", "sm", "md", "lg", "xl", "xxl")
    return gr.themes.sizes.Size(**{name: rem(float(getattr(size, name).removesuffix("px"))) for name in names})
