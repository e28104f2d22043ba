"""Grow GANs by evolution, then open them up."""

__version__ = "0.1.0"
