"""Generators from elsewhere: files read safely, weights recognised, runs made of them."""
