"""Settings: one frozen dataclass per command, free of torch, and their JSON form."""
