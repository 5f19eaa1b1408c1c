"""What ``python -m benchmarks.attack`` tries: each part gives a row or several of what was tried and what failed."""
