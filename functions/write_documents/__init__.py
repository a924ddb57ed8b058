"""The function write_documents."""
