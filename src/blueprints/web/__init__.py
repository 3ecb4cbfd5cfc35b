"""What the services share: Django set up from our configuration, the server, accounts, API keys, outbox and pages."""
