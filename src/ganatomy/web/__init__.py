"""The paint app: its page, and the one file that needs no server."""
