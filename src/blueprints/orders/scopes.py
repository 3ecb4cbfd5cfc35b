"""What an API key of this service may do."""

CREATE = "orders:create"
READ = "orders:read"
WRITE = "orders:write"
CANCEL = "orders:cancel"
EVENTS_READ = "events:read"
EVENTS_MANAGE = "events:manage"
KEYS_MANAGE = "keys:manage"

SCOPES = (CREATE, READ, WRITE, CANCEL, EVENTS_READ, EVENTS_MANAGE, KEYS_MANAGE)
