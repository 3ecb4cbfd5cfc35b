"""What an API key of the notifier may do."""

NOTIFY = "mails:notify"
SEND = "mails:send"
READ = "mails:read"
SCOPES = (NOTIFY, SEND, READ)
