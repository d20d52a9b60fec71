"""What comes with the program: licences, an inventory, advisories, and a wheel that works."""
