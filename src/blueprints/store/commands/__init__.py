"""What `blueprints store` can do, a module for each kind of thing."""
