"""Training a segmenter: batches bent and damaged, one cycle, figures on held-out images."""
