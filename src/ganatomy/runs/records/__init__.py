"""What commands record in a run, as frozen dataclasses, read and written with one check of schema and types."""
