"""Tests of the client: recorded answers, the simulator, and servers that no simulator would want to be."""
