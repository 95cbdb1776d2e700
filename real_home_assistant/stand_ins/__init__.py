"""Modules that Home Assistant's voice parts want and that have no wheel for its own Python.

`assist_pipeline`, which the default integrations bring along, imports pymicro_vad and pyspeex_noise when it starts.
Both are C++ that would have to be compiled; without them Home Assistant runs, but greets everyone with an error about
integrations that have nothing to do with this one. Nothing here listens to a microphone, so it suffices that the
imports find something: this folder is put on the PYTHONPATH of the Home Assistant that is started.
"""
