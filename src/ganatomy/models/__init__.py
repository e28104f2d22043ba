"""Generators and discriminators: modules and nothing else."""
