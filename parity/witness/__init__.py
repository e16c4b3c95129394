"""Framework-free implementations that the twins are checked against."""
