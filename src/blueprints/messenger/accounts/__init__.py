"""Accounts, API keys, suspensions and rooms, as the database has them; nothing here knows where messages live."""
