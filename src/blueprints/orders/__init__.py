"""Receive, find, advance and cancel orders; serve them, or talk to a service that does."""
