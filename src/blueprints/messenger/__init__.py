"""Web messenger whose messages expire."""
