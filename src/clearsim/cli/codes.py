"""The exit codes of the program, besides 0 for all is well."""

WRONG_INPUT, INTERRUPTED = 2, 130
