"""Intervention: edits featuremaps and measures what appears or vanishes."""
