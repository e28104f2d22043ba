"""The paint app: pictures of a generator edited by hand, in a browser."""
