"""E-GAN: the algorithm, and the loop that trains by it."""
