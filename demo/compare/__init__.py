"""Compare: what would another strategy have said, and at what price?"""
