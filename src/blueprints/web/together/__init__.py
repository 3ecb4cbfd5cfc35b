"""Every service at once, introduced to each other, on neighbouring ports."""
