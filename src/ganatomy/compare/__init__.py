"""Arms x seeds: how long each trains, their runs, and what their scores say about evolution."""
