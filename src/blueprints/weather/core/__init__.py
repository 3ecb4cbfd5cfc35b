"""What a forecast is and the rules over it: units, words, days, horizons, spread. Values in, values out."""
