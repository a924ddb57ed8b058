"""The desk: from cells that people typed to commands, and from the books back to the sheet."""
