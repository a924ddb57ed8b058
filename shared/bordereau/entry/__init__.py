"""What only Lambda needs: settings, parsing of events, logging and one wiring module for each function."""
