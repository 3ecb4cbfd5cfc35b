"""Convert currencies at dated, stored, attributable rates."""
