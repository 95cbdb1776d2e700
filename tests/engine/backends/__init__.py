"""Who can bring subtitles."""
