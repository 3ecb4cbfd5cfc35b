"""Search Spotify and steer whatever device is playing."""
