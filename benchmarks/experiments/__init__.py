"""Every mechanism of the subject trained at one size on the same data, and compared: ``docs/experiments.md``."""
