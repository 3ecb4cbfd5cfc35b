"""The live half of the messenger: what happens between a post and every open page, without a thread or a database."""
