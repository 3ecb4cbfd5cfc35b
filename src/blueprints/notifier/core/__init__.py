"""The rules of the notifier: values in, values out; no clock, no disk, no network."""
