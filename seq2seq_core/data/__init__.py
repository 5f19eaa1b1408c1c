"""Corpora, the tokenizer, and batches."""
