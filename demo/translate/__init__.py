"""Translate: what does the model say, and where did it look?"""
