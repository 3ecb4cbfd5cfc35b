"""A shop for video games: catalogue, cart, orders, wishes and an admin."""
