"""What attackers and bad luck do, done to real processes: long, and so apart from the tests (`make attack`)."""
