"""Models: what is this model, may I use it, can I add mine?"""
