"""A real Home Assistant process, its REST and socket API, and a simulated Jellyfin."""
