"""The rules of the remote control: values in, values out."""
