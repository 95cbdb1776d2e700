"""Tests of the engine: no Home Assistant, real sockets to the simulator."""
