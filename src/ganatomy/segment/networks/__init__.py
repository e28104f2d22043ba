"""The networks that segment: published ones, that of the procedural scenes, those of the transformers library."""
