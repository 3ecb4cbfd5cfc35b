"""The kinds of mail that exist, and what sets them apart."""

ORDER_KINDS = (
    "order_received",
    "order_processing",
    "order_payment_complete",
    "order_shipped",
    "order_completed",
    "order_cancelled",
)
ALERT_KINDS = ("price_drop", "back_in_stock")
"""Mails a customer asked for and may unsubscribe from; a complaint blocks only these."""

KINDS = (*ORDER_KINDS, *ALERT_KINDS, "keys_ready", "message", "test")
DIRECT_KINDS = {"order-received": "order_received", "order-shipped": "order_shipped"}
"""Path below `/notify/` -> kind."""
