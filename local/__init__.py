"""What runs on one laptop in place of the cloud and of Google: the same product, no account."""
