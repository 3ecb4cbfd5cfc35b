"""What the measurements of the remote control share."""
