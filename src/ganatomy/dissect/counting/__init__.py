"""Counting: every sample run once, its units upsampled, sorted into levels and tallied beside the labels."""
