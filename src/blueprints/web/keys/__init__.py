"""API keys: who calls, and what that key may do. Only hashes are kept.

`access.Scope("orders:read")` guards a django-ninja operation, `access.authenticate` a plain view; `issue` makes keys.
"""
