"""The messenger's API for terminals and scripts."""
