"""Dissection: which units of a layer agree with which concepts."""
