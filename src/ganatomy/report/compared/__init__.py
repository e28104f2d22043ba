"""Figures of things compared: arms of a comparison, dissections of several runs."""
