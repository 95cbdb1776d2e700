"""Tests of the command that listens in a terminal."""
