"""Events that leave a service: written with the change they tell of, delivered at least once, in order per key.

`events.publish` writes an event and its deliveries inside the caller's transaction; `relay.run` is the process that
sends them as Standard Webhooks; `subscribers` keeps who is told.
"""
