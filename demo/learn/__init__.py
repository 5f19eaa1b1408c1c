"""Learn: what am I looking at?"""
