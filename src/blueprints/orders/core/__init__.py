"""The rules of orders: statuses, the steps between them, and what an order must hold."""
