"""Running the box: health, doctor, seeding, sweeping."""
