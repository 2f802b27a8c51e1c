"""What `make` calls: setting up a machine, building static/vendor, checking and measuring."""
