"""One composition root for each function: settings to adapters to one service; nothing is made at import."""
