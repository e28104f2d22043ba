"""Layouts: namings of weights that are known, a module for each family of them.

Each module has `looks_like(tensors)`, which is quick, and `read(tensors)`, which returns a `Recognised` or says in a
`CheckpointError` what does not fit.
"""
