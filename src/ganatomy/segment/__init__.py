"""Segmenters: which concept each pixel of an image shows."""
