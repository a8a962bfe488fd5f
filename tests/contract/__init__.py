"""Tests of what a network means, whichever engine runs it."""
