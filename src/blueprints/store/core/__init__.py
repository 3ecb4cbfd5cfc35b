"""The rules of the shop, as functions from values to values."""
