"""The commands below `blueprints notifier`."""
