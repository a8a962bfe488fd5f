"""Tests of what a planner may write, and of what is said where it is wrong."""
