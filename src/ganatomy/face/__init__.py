"""The Python face: a function for each thing that a command does, on generators in memory or on runs.

`import ganatomy as ga` offers all of it by name, and loads a module of it when a name of that is first used.
"""
