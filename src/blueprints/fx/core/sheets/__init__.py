"""Tables of amounts as CSV: their layout, their records, and their conversion row by row."""
