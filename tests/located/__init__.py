"""Tests of YAML whose values know where they were written."""
