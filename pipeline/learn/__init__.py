"""What people decided, turned into gold, measurements, training and calibration."""
