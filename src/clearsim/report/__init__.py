"""Report: results as text, files and pictures for people. Nothing is computed here that is not shown."""
