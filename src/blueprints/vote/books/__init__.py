"""The session store: SQLite, in which all effects of a batch of posts are one transaction."""
