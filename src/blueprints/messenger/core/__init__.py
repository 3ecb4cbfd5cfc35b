"""The rules of the messenger: values in, values out; no clock, no network, no framework."""
