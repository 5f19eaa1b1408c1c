"""Sequence-to-sequence models one can look into: training, decoding, and what both have to say."""

__version__ = "0.1.0"
