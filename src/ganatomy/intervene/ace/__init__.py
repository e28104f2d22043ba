"""Alpha, the causal units of a concept: samples shared by all concepts, cells, optimisation, results."""
