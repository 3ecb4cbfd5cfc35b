"""What each part of Spotify's account data is called when asking for it."""

DEFAULT = (
    "user-read-playback-state",
    "user-modify-playback-state",
    "user-read-currently-playing",
    "user-read-recently-played",
    "playlist-read-private",
    "playlist-read-collaborative",
    "user-library-read",
    "user-library-modify",
    "user-follow-read",
    "user-follow-modify",
)
STATE = "user-read-playback-state"
CONTROL = "user-modify-playback-state"
RECENT = "user-read-recently-played"
PLAYLISTS = "playlist-read-private"
LIBRARY = "user-library-read"
LIBRARY_WRITE = "user-library-modify"
FOLLOWED = "user-follow-read"
SAVE_PLAYLISTS = "playlist-modify-public"
"""Not asked for by default; `/me/library` wants it for playlists."""
