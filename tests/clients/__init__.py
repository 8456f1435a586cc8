"""Real OAuth clients, as their users install them, driven against the running site over the loopback interface."""
