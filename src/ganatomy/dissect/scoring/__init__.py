"""Scoring: from counts to thresholds, concepts, nulls and intervals of each unit."""
