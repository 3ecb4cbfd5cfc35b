"""The HTTP API: clean paths under /api/v1, and the older ones that existing clients depend on."""
