"""The pages of the messenger."""
