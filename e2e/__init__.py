"""Stories told in a browser: the app as people meet it, on the outside world in a box."""
