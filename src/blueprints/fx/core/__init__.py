"""The rules of currency conversion: values in, values out; no clock, file, store or network."""
