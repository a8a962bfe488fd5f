"""Tests of the statistics of experiments."""
