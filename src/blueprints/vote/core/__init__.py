"""The rules of a vote: values in, values out; no clock, no files, no network."""
