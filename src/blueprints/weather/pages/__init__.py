"""Reading weather.com's pages: the state that they embed for their scripts, else the markup that people see."""
