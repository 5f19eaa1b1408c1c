"""Compare, on a set: which strategy translates many sentences best, and at what price?"""
