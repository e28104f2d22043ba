"""Areas of concepts: generated images against real ones, and one segmenter against another."""
