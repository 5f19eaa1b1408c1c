"""Attention read as an alignment, against sentences aligned by hand."""
