"""Interventions: units edited, and what appears or vanishes."""
