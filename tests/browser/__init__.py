"""A person at a browser: a real Chromium, the real frontend, a real Home Assistant, and the simulated server."""
