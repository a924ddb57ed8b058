"""One composition root for each function: settings, adapters, one service."""
