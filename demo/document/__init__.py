"""Document: can I run it on my file?"""
