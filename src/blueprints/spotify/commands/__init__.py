"""The one-shot commands: parse, call, print."""
