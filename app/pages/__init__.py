"""The door for browsers: thin handlers that answer HTML, one module per resource."""
