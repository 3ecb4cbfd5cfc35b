"""Forecasts for a place: now, days, the weekend, from several providers."""
