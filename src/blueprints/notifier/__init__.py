"""E-mail on order events: what was sent, to whom, when, and what the provider said."""
