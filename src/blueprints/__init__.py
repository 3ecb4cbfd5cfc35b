"""Tools for the terminal and services for the web, in one package."""
