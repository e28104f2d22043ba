"""Mergeable statistics: any split of the data and any order of merges equal one pass."""
