"""People who log in, on django-allauth: one user model for every service, each service with its own table of them."""
