"""Conversion of whole tables, in one stream, by one or several processes."""
