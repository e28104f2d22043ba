"""The command line: one module per command, loaded when its command is called."""
