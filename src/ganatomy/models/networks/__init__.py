"""The networks: generators, discriminators, and what features and scores are read from."""
