"""What every domain may use and no domain owns."""
