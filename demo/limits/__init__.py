"""Limits: what does the fixed context cost, what does attention buy, what came after?"""
