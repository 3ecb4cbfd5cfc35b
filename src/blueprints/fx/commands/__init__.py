"""The commands of `blueprints fx`: each parses, calls and prints."""
