"""YAML text with the position of every value: read, changed, checked and written back. It knows nothing of customs."""
