"""Everything that knows Jellyfin or decides; no Home Assistant, no clock and no disk of its own."""
