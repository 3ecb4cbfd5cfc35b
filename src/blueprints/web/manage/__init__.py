"""Run a Django command on a service: createsuperuser, dbshell, create_key, …"""
