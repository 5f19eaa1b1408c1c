"""Figures: pure functions from a result to a Plotly figure. They import neither Gradio nor torch."""
