"""How good generated images are: pure functions of features, and the protocol that every score carries."""
