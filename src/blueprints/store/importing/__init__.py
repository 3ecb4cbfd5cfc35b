"""Catalogues in and out as CSV or JSON."""
