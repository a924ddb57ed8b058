"""What only Lambda needs: settings, events, logging, one wiring module for each function."""
