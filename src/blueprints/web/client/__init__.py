"""What the services' terminal commands share: flags, the key on this machine, a service that is not there."""
