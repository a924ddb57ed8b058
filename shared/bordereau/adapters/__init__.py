"""One foreign system a module, and the in-memory twin of each port."""
